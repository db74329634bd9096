# shellcheck shell=sh
# What the cases have in common. A group in cases/ reads this file, sets up its
# ports and then runs its cases:
#
#	t NAME FUNCTION [ARGUMENT]...
#
# runs the function in a folder and a subshell of its own, and prints a line of
# TAP with the seconds that it took. A case fails by way of fail() or want(),
# which end it, and says why in lines with a #. NAME is what the case proves.
#
# SHORT is not empty in a short run: what takes long is left out, or done with
# less. FIRST is not empty if the first failure is the end.

WORK=/tmp/case

t() {
	name=$1
	shift
	rm -rf $WORK
	mkdir -p $WORK
	chmod 777 $WORK
	watchdog >/dev/null 2>&1 &
	watchdog=$!
	began=$(uptime_ms)
	(cd $WORK && "$@" && tidy) >$WORK.log 2>&1
	result=$?
	name="$name # $(seconds_since "$began")"
	if [ $result = 0 ]; then
		echo "ok - $name"
	else
		echo "not ok - $name"
		sed 's/^/# /' $WORK.log
		[ ! -s $WORK/err ] ||
			tail -n 12 $WORK/err | cut -c 1-300 | sed 's/^/#   said: /'
	fi
	kill $watchdog
	kill_all
	wait
	umount /disk 2>/dev/null || true
	[ -z "$FIRST" ] || [ $result = 0 ] || exit 1
}

# Nothing of it may outlive the case: it would hold open what the group has open.
watchdog() {
	trap 'kill $!; wait; exit' TERM
	sleep "${CASE_TIMEOUT:-900}" &
	wait $! && kill_all
}

uptime_ms() {
	awk '{ print int($1 * 1000) }' /proc/uptime
}

seconds_since() { # seconds_since MS: as in 1.5 s
	awk -v since="$1" '{ printf "%.1f s", $1 - since / 1000 }' /proc/uptime
}

fail() {
	echo "$*"
	exit 1
}

want() { # want WHAT GOT WANTED
	[ "$2" = "$3" ] || fail "$1 is '$2', not '$3'"
}

# Wait until a command succeeds, for a minute at most: emulation is slow.
wait_until() { # wait_until WHAT COMMAND...
	what=$1
	shift
	tries=0
	until "$@"; do
		tries=$((tries + 1))
		[ $tries -lt 1200 ] || fail "waited for $what in vain"
		usleep 50000
	done
}

kill_all() {
	for program in sxlib peer terminal; do
		killall -q -CONT $program
		killall -q -KILL $program
	done
}

# A case that leaves an error of the sanitizers behind has failed.
tidy() {
	! grep -l -E 'ERROR: (Address|Leak)Sanitizer|runtime error:' ./err* ||
		fail "the sanitizers complain: $(grep -h -m 3 -E \
			'Sanitizer|runtime error' ./err*)"
}

usb_up() { # usb_up [IN [OUT]]: an instrument; HOST and GADGET are its cards
	usbmidi make "$@" && usbmidi plug || exit 1
	HOST=$(usbmidi host)
	GADGET=$(usbmidi gadget)
}

virtual_up() { # CARD and VIRMIDI: a card whose other side is the sequencer
	modp snd-virmidi midi_devs=1 || exit 1
	CARD=hw:$(awk '/VirMIDI/ { print $1; exit }' /proc/asound/cards)
	VIRMIDI=$(aconnect -l | awk -F '[ :]' '
		/^client.*Virtual Raw MIDI/ { print $2; exit }'):0
}

ours() { # the port of the only client of the sequencer that is a program
	aconnect -l | awk -F '[ :]' '/^client/ { id = $2 }
		/^client/ && /type=user/ && id > 1 { print id ":0"; exit }' |
		grep .
}

# --- sxlib receive, in the background: out is its stdout, err its stderr -------

listen() { # listen PORT ARGUMENT...
	port=$1
	shift
	: >err # what the last one has said is not this one's
	sxlib receive --port "$port" "$@" >out 2>err &
	SXLIB=$!
	wait_until "sxlib to listen" listening
}

listening() {
	kill -0 $SXLIB 2>/dev/null || fail "sxlib has ended early"
	grep -q '^listening on' err
}

ended() { # ended STATUS: sxlib ends so
	wait $SXLIB
	want "exit status" $? "$1"
}

gone() { # gone PID
	! kill -0 "$1" 2>/dev/null
}

# The paths that were printed, a few at a time: there may be thousands.
printed() { # printed COMMAND...
	rm -f list.*
	awk 'NR % 200 == 1 { file = sprintf("list.%03d", n++) }
		{ print >file }' out
	for list in list.*; do
		[ -s "$list" ] || continue
		# shellcheck disable=SC2046
		"$@" $(cat "$list") || return 1
	done
}

files() { # files COUNT: so many paths were printed, and are there
	want "number of files" "$(wc -l <out)" "$1"
	printed ls >/dev/null || fail "a file is missing"
}

same() { # same SENT: the files that were printed are together what was sent
	printed cat | cmp - "$1" || fail "what is stored differs"
	! grep -q damaged out || fail "there are damaged files"
	# Nothing of what was in the making is left.
	want "parts left" "$(find . -name '*.part' | wc -l)" 0
}

# --- the instrument that plays -------------------------------------------------

play() { # play PORT [ARGUMENT]... <SYSEX: see peer send
	peer send "$@" || fail "the instrument broke"
}

# --- the instrument that takes down what it hears: heard -----------------------

take_down() { # take_down PORT ARGUMENT...: see peer recv
	port=$1
	shift
	: >taken # the last one was ready, too
	peer recv "$port" heard "$@" >taken &
	TAKER=$!
	wait_until "the instrument to listen" grep -q ready taken
}

taken_down() {
	wait $TAKER || fail "the instrument broke"
}

fact() { # fact N: 1: bytes, 2: ms, 3: lead over a DIN line
	awk -v n="$1" 'NR == 2 { print $n }' taken
}
