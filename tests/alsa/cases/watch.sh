# shellcheck shell=sh
# Watch: four ports that are plugged in and out while dumps come in. What was
# sent whole while a port was listened to is there, once; what was cut is kept
# as damaged; and nothing is used up by it.
. case.sh

ROUNDS=${WATCH_ROUNDS:-12}
[ -z "$SHORT" ] || ROUNDS=${WATCH_ROUNDS:-4}

start() { # start ARGUMENT...: watches; out is its stdout, err its stderr
	# shellcheck disable=SC2086
	sxlib watch --out got ${WATCHED:---port synth} "$@" >out 2>err &
	SXLIB=$!
	wait_until "the ports to be listened to" listens_to "$PORTS"
}

listens_to() { # listens_to N: so many times in all
	kill -0 "$SXLIB" 2>/dev/null || fail "sxlib has ended early"
	[ "$(grep -c '^listening on' err)" -ge "$1" ]
}

stopped() { # stopped [STATUS]: ends by itself when it is told to
	kill -TERM "$SXLIB"
	wait "$SXLIB"
	want "exit status" $? "${1:-0}"
}

lines() { # lines N: so many paths have been printed
	[ "$(wc -l <out)" -ge "$1" ]
}

descriptors() {
	find /proc/"$SXLIB"/fd | wc -l
}

# Ports are listed in between, too, which takes one for a moment.
descriptors_most() { # descriptors_most N
	[ "$(descriptors)" -le "$1" ]
}

memory() { # kB
	awk '/^VmRSS/ { print $2 }' /proc/"$SXLIB"/status
}

each_its_folder() {
	PORTS=4
	WATCHED="--not-port f_midi"
	start --split message
	for sub in 0 1 2 3; do
		peer make $((10 + sub)) 300 300 3 >sent.$sub
		peer send "$GADGET,0,$sub" <sent.$sub &
	done
	wait_until "12 files" lines 12
	stopped
	for sub in 0 1 2 3; do
		cat got/"$(host_id)"-0-$sub/* | cmp - sent.$sub ||
			fail "port $sub: what is stored differs"
	done
	want "numbers" "$(sed 's|.*/\(......\)-.*|\1|' out | sort -u | wc -l)" 12
}

host_id() {
	cat /proc/asound/card"${HOST#hw:}"/id
}

none_at_first() {
	usbmidi unplug
	PORTS=0
	WATCHED="--port hw: --not-port f_midi"
	start
	wait_until "it to say so" grep -q 'waiting for one' err
	usbmidi plug
	wait_until "four ports" listens_to 4
	peer make 5 300 300 1 >sent
	play "$GADGET,0,2" <sent
	wait_until "a file" lines 1
	stopped
	same sent
}

no_permission_at_first() { # the node is there before its group is right
	usbmidi unplug
	PORTS=0
	chmod 777 .
	su player -s /bin/sh -c \
		"exec sxlib watch --out got --port synth" >out 2>err &
	SU=$!
	wait_until "it to say so" grep -q 'waiting for one' err
	SXLIB=$(pidof sxlib)
	usbmidi plug
	chmod 600 /dev/snd/*
	sleep 1
	listens_to 1 && fail "listens without permission"
	chmod 666 /dev/snd/*
	wait_until "four ports" listens_to 4
	kill -TERM "$SXLIB"
	wait $SU
	want "exit status" $? 0
}

# One port is played all the time, another right before the plug is pulled.
under_load() { # under_load ROUNDS
	PORTS=4
	start --split message --exec true
	settled=
	whole=0
	round=0
	while [ $round -lt "$1" ]; do
		round=$((round + 1))
		listening=$(grep -c '^listening on' err)
		for sub in 0 1 2; do
			peer make $((round * 4 + sub)) 200 2000 4 >sent.$sub
			peer send "$GADGET,0,$sub" <sent.$sub &
		done
		whole=$((whole + 12))
		wait_until "the files of round $round" lines_whole $whole
		# This one has no end when the plug is pulled.
		peer make $((round * 4 + 3)) 20000 20000 1 | head -c 9000 >"open"
		play "$GADGET,0,3" <"open"
		wait_until "a part" has_part
		usbmidi unplug
		wait_until "four ports to be gone" gone_ports $((round * 4))
		usbmidi plug
		HOST=$(usbmidi host)
		GADGET=$(usbmidi gadget)
		wait_until "four ports again" listens_to $((listening + 4))
		if [ $round = 2 ]; then
			settled=$(descriptors)
			kept=$(memory)
		fi
		for sub in 0 1 2; do
			cat sent.$sub >>all.$sub
		done
	done
	wait_until "as few descriptors as before" descriptors_most "$settled"
	[ "$(memory)" -lt $((kept + 4096)) ] ||
		fail "memory: $kept kB after two rounds, now $(memory)"
	stopped 5
	for sub in 0 1 2; do
		find got/*-0-$sub -name '*.syx' ! -name '*damaged*' | sort |
			xargs cat | cmp - all.$sub ||
			fail "port $sub: what is stored differs"
	done
	want "whole dumps" "$(grep -vc damaged out)" $whole
	want "cut dumps" "$(grep -c 'damaged\.syx$' out)" "$1"
	want "parts left" "$(find got -name '*.part' | wc -l)" 0
	files "$(wc -l <out)" # each that was printed is there
	want "files" "$(find got -type f | wc -l)" "$(wc -l <out)"
}

lines_whole() {
	[ "$(grep -vc damaged out)" -ge "$1" ]
}

has_part() {
	[ -n "$(find got/*-0-3 -name '*.part' -size +16)" ]
}

gone_ports() {
	[ "$(grep -c 'was unplugged' err)" -ge "$1" ]
}

a_full_disk() {
	mkdir -p got
	mount -t tmpfs -o size=200k none got || fail "no disk"
	PORTS=4
	start --split message
	peer make 7 3000 3000 100 >sent
	play "$GADGET,0,1" <sent
	wait_until "it to say so" grep -q 'No space left' err
	sleep 3
	# Besides the one that came before it was full.
	want "complaints" "$(grep 'sxlib: watch' err | grep -v -c -e --reserve)" 1
	files "$(wc -l <out)" # nothing is reported that is not there
	mount -o remount,size=2m got
	wait_until "all of it" lines 100
	stopped
	want "files" "$(wc -l <out)" 100
	find got -name '*.syx' | sort | xargs cat | cmp - sent ||
		fail "what is stored differs"
	umount -l got
}

# The words of the gadget driver differ from kernel to kernel: four of each.
usb_up 4 4
t "four ports, a folder for each" each_its_folder
t "no port at first: plugged in later, it is listened to" none_at_first
t "a port that may be used only a second later" no_permission_at_first
CASE_TIMEOUT=$((240 + ROUNDS * 30))
t "$ROUNDS times plugged in and out under load: nothing lost, nothing used up" \
	under_load "$ROUNDS"
CASE_TIMEOUT=240
t "a full disk: nothing reported; when it has room, all of it" a_full_disk
