# shellcheck shell=sh
# On the board: sxlib at /dev/ttyAMA0, whose other end player.py plays. A line
# "@@ WHAT ..." on the console asks the player for something, or hands it a sum
# of what is stored.
. case.sh
LINE=tty:/dev/ttyAMA0
CASE_TIMEOUT=240
exec 3>&1 # what a case prints is shown when it has failed

ask() { # ask WHAT...: the player
	echo "@@ $*" >&3
}

start() { # start COMMAND ARGUMENT...: in the background, until it listens
	command=$1
	shift
	: >err
	"/$ARCH/sxlib" "$command" "$@" >out 2>err &
	SXLIB=$!
	wait_until "sxlib to listen" listening
}

lines() { # lines COUNT: of results are there
	[ "$(wc -l <out)" -ge "$1" ]
}

stop() { # stop STATUS: after SIGTERM
	kill -TERM $SXLIB
	ended "$1"
}

stored() { # stored NAME: what is stored is what the player calls so
	ask sum "$1" "$(printed cat | sha256sum | cut -d ' ' -f 1)" \
		"$ARCH: $2"
}

receive_fast() {
	start receive -p $LINE -n 20 -o got/ --split message
	ask fast
	ended 0
	stored fast "receive, 20 dumps as fast as they come"
}

receive_din() {
	start receive -p $LINE -n 10 -o got/ --split message
	ask din "$ARCH"
	ended 0
	stored din "receive, 12500 bytes at the speed of the wire"
}

receive_break() {
	start receive -p $LINE -o got/ --split message -t 8
	ask cut
	ended 5
	want "damaged files" "$(grep -c damaged out)" 2
}

send() {
	ask send
	sleep 1
	"/$ARCH/sxlib" send -q -p $LINE /t/four.syx || fail "send: status $?"
	ask sent "$ARCH: send, 4000 bytes"
	sleep 2
}

watch() {
	start watch -o got --port $LINE --split message
	ask watch
	wait_until "three dumps" lines 3
	stop 0
	stored watch "watch, three dumps"
}

# Program 2 of channel 16 asks for /t/four.syx; notes around it pass.
recall() {
	printf '[recall]\ncount-from = 0\nprogram 2 on 16 = /t/four.syx\n' >map
	start recall --from $LINE --to $LINE --delay 0 map
	ask recall
	wait_until "the dump" lines 1
	sleep 2
	stop 0
	want "outcome" "$(awk -F '\t' '{ print $6 }' out)" sent
	ask recalled "$ARCH: recall, a dump between two notes"
	sleep 1
}

# The clock is not what the driver believes: 31250 comes with a warning, and
# 38400 is 31250.
midi_uart0() {
	baud_base /dev/ttyAMA0 3686400 >clock &
	clock=$!
	wait_until "the clock to be set" grep -q set clock
	"/$ARCH/sxlib" send -q -p $LINE /t/four.syx 2>warned
	grep -q 'ttyAMA0: the overlay midi-uart0 is loaded' warned ||
		fail "no warning: $(cat warned)"
	start receive -p $LINE@38400 -n 10 -o got/ --split message
	ask din "$ARCH, midi-uart0 and @38400"
	ended 0
	stored din "receive with midi-uart0, at @38400"
	! grep -q overlay err || fail "a warning with @38400"
	kill $clock
	wait $clock
	start watch -o got --port $LINE --split message
	stop 0
	! grep -q overlay err || fail "a warning without midi-uart0"
}

replugged() {
	start watch -o got --split message -p "$HOST"
	amidi -p "$GADGET,0,0" -s /t/four.syx
	wait_until "the first dump" lines 1
	usbmidi unplug
	usbmidi plug || fail "not plugged in again"
	wait_until "it listens again" again
	amidi -p "$(usbmidi gadget),0,0" -s /t/four.syx
	wait_until "the second dump" lines 2
	stop 0
	cat /t/four.syx /t/four.syx >sent
	same sent
}

again() {
	[ "$(grep -c '^listening on' err)" = 2 ]
}

unit() { # unit TEST: a unit test that user emulation cannot run
	CMOCKA_MESSAGE_OUTPUT=TAP "/t/unit/$1" >log 2>&1 ||
		fail "$(grep -A 3 '^not ok' log)"
}

for ARCH in arm64 armhf; do
	t "$ARCH: receive, as fast as it comes" receive_fast
	t "$ARCH: receive, at 31250 baud" receive_din
	t "$ARCH: receive, a break damages the dump that it falls into" receive_break
	t "$ARCH: send" send
	t "$ARCH: watch" watch
	t "$ARCH: recall" recall
	t "$ARCH: the overlay midi-uart0" midi_uart0
done
usb_up
for ARCH in arm64 armhf; do
	t "$ARCH: watch, a USB instrument that is unplugged" replugged
done
for test in /t/unit/*; do
	t "$(basename "$test") on this kernel" unit "$(basename "$test")"
done
