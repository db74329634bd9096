# shellcheck shell=sh
# The first boot: from the package to dumps that are kept.
. /t/common.sh
OUT=/var/lib/sxlib
RING=/sys/fs/cgroup/system.slice/$UNIT.service

installed() {
	dpkg -i /t/sxlib.deb
	want "enabled" "$(systemctl is-enabled "$UNIT")" disabled
	want "active" "$(systemctl is-active "$UNIT")" inactive
}

# Type=notify: that `enable --now` comes back says that it was heard.
started() {
	[ ! -e /proc/asound ] || fail "there is a sound card already"
	systemctl enable --now "$UNIT" || fail "does not start"
	must Type '^notify$'
	must ActiveState '^active$'
	must SubState '^running$'
	must StatusText '^0 ports, no dumps yet$'
	must NRestarts '^0$'
}

plugged_in() {
	usb_up
	will StatusText '^2 ports, no dumps yet$' # both ends of the cable
}

# The user is one that there is only as long as the unit runs.
stored() {
	dump 3000 >sent
	play sent
	will StatusText '^2 ports, 1 dump; last: .*Non-commercial, 3000 bytes'
	kept 000001 sent
	pid=$(systemctl show -p MainPID --value "$UNIT")
	want "owner" "$(stat -c %u "$(file 000001)")" "$(stat -c %u /proc/"$pid")"
	[ "$(stat -c %u /proc/"$pid")" -ge 61184 ] || fail "a user of its own"
	want "mode" "$(stat -c %a "$(file 000001)")" 644
	# Root's to enter.
	! runuser -u nobody -- ls $OUT/ || fail "nobody sees $OUT"
	systemctl status "$UNIT" | grep -q 'Status: "2 ports, 1 dump; last: ' ||
		fail "systemctl status"
	journalctl -u "$UNIT" | grep -q '000001-.*syx' || fail "the journal"
	cp sent /var/tmp/first
}

# Any web server may read it, and any user.
status_page() {
	page=/run/sxlib/index.html
	(wait_until "the page" grep -q SAVED $page) || fail "$(cat $page)"
	runuser -u nobody -- grep -q 'Non-commercial' $page ||
		fail "nobody can read the page"
	grep -q '<p>3000 bytes, ' $page || fail "$(cat $page)"
	want "what is there" "$(ls -A /run/sxlib)" index.html
	findmnt -n -o FSTYPE -T $page | grep -q '^tmpfs$' ||
		fail "it is not in memory"
}

# What is let in counts for all that runs in the unit's control group.
sandboxed() {
	pid=$(systemctl show -p MainPID --value "$UNIT")
	for line in 'Seccomp:	2' 'NoNewPrivs:	1' 'CapEff:	0*' 'CapBnd:	0*'; do
		grep -q -x "$line" /proc/"$pid"/status || fail "no $line"
	done
	for node in /dev/snd/midiC*D0 /dev/ttyS1; do
		inside "$node" || fail "$node cannot be opened"
	done
	for node in /dev/vda /dev/port /dev/kmsg; do
		! inside "$node" || fail "$node can be opened"
	done
	systemd-analyze --no-pager security "$UNIT" >said
	# As docs/headless.md has it.
	grep -q 'level for .*: 0\.8 ' said || fail "$(tail -n 1 said)"
	must TasksMax '^64$'
	must OOMScoreAdjust '^0$'
	most=$(cat "$RING/memory.max")
	all=$(awk '$1 == "MemTotal:" { print $2 * 512 }' /proc/meminfo)
	[ "$most" -le "$all" ] || fail "memory.max is $most, half is $all"
}

inside() { # inside NODE: can be opened. For output: input is in use
	# shellcheck disable=SC2016
	timeout 60 sh -c 'echo $$ >"$1/cgroup.procs" && : >"$2"' sh "$RING" "$1" \
		2>/dev/null
}

# Of its threads one is SCHED_FIFO (1) with priority 1.
first_in_line() {
	pid=$(systemctl show -p MainPID --value "$UNIT")
	want "threads that run first" "$(sed 's/.*) //' /proc/"$pid"/task/*/stat |
		awk '$38 == 1 && $39 == 1' | wc -l)" 1
}

unplugged() {
	usbmidi unplug
	will StatusText '^0 ports, 1 dump; last: '
	usbmidi plug
	will StatusText '^2 ports, 1 dump; last: '
	number=$(next)
	dump 2000 >sent
	play sent
	kept "$number" sent
}

stopped_for_long() {
	number=$(next)
	cut_off half
	kill -STOP "$(systemctl show -p MainPID --value "$UNIT")"
	sleep 25
	will NRestarts '^1$'
	will ActiveState '^active$'
	journalctl -u "$UNIT" | grep -q -i 'watchdog timeout' ||
		fail "it was not the watchdog"
	kept "$number" half
	case $(file "$number") in
	*.damaged.syx) ;;
	*) fail "half a dump is called whole" ;;
	esac
	number=$(next)
	dump 1000 >sent
	will StatusText '^2 ports'
	play sent
	kept "$number" sent
}

# Root may use what is reserved, so that nothing is left for anybody.
disk_full() {
	pid=$(systemctl show -p MainPID --value "$UNIT")
	cat /dev/zero >/full 2>/dev/null
	dump 3000 >/run/sent
	play /run/sent
	will StatusText 'disk error: 1 dump \(3 KiB\) in memory'
	dump 2500 >/run/sent2
	play /run/sent2
	will StatusText 'disk error: 2 dumps \(6 KiB\) in memory'
	number=$(next)
	rm /full
	will StatusText '^2 ports, .* dumps; last: .*2500 bytes'
	kept "$number" /run/sent
	cmp "$(find "$OUT"/ -name '*.syx' | sort | tail -n 1)" /run/sent2 ||
		fail "the second differs"
	must MainPID "^$pid\$"
	want "complaints" "$(journalctl -u "$UNIT" | grep -c 'No space left')" 1
}

stopped() {
	systemctl stop "$UNIT"
	must Result '^success$'
	must ExecMainCode '^1$' # it ended by itself
	must ExecMainStatus '^0$'
	want "parts" "$(find "$OUT"/ -name '*.part' | wc -l)" 0
	grep -q 'sxlib watch has stopped' /run/sxlib/index.html ||
		fail "the page does not say so"
}

# As docs/headless.md has it for a MIDI HAT. COM2 is tied to another UART.
serial_line() {
	mkdir -p /etc/systemd/system/"$UNIT".service.d
	cat >/etc/systemd/system/"$UNIT".service.d/override.conf <<'END'
[Service]
ExecStart=
ExecStart=/usr/bin/sxlib watch --out ${STATE_DIRECTORY} --port hw: --port tty:/dev/ttyS1
END
	sync # the power will be cut
	systemctl daemon-reload
	systemctl start "$UNIT"
	will StatusText '^3 ports, no dumps yet$'
	line=$(awk '/uart:16550A/ && !/port:00000[23]F8/ {
		sub(":", "", $1); print "/dev/ttyS" $1 }' /proc/tty/driver/serial)
	stty -F "$line" raw -echo
	number=$(next)
	dump 1500 >sent
	cat sent >"$line"
	kept "$number" sent
	file "$number" | grep -q "^$OUT/.*ttyS1/[^/]*$" ||
		fail "its folder: $(file "$number")"
}

# The power goes when this script ends.
power_cut() {
	next >/var/tmp/number
	cut_off /var/tmp/half
	sync /var/tmp/half /var/tmp/number
	must ActiveState '^active$'
}

t "the package starts nothing by itself" installed
t "it is active when it says so, without any sound card" started
t "an interface that is plugged in later passes the sandbox" plugged_in
t "a dump is where the manual says, and the status says which" stored
t "the status page is in /run, for everybody" status_page
t "MIDI ports can be opened in the sandbox, and nothing else" sandboxed
t "the thread that reads the ports is first in line" first_in_line
t "unplugged and plugged in again" unplugged
t "stopped, the watchdog starts it again, and a part is rescued" \
	stopped_for_long
t "a full disk is in the status, once in the log, and not the end" disk_full
t "it stops cleanly" stopped
t "a serial line is named in a drop-in" serial_line
t "a dump is coming in when the power goes" power_cut
