# shellcheck shell=sh
# A sequencer and a unit at one interface: what passes, passes as it came, and a
# dump leaves in one piece whatever comes meanwhile.
. case.sh
usb_up

# pattern01 to pattern04: 300 bytes to 64 KB.
dumps() {
	n=1
	for size in 300 1900 8000 64000; do
		peer make $n $size $size 1 >pattern0$n.syx
		n=$((n + 1))
	done
}

recall() { # recall ARGUMENT...: out is its stdout, err its stderr
	: >err
	sxlib recall --from "$HOST" --to "$HOST" --channel 16 \
		--name 'pattern{n:02}' --delay 0 "$@" . >out 2>err &
	SXLIB=$!
	wait_until "sxlib to listen" listening
}

program() { # program N: the sequencer sends it, from 0, on channel 16
	printf "\\317\\00$1" | peer send "$GADGET,0,0" ||
		fail "the sequencer broke"
}

# Lines of what became of triggers: so many are there.
told() { # told COUNT
	[ "$(wc -l <out)" -ge "$1" ]
}

outcomes() { # outcomes WORD...
	want "outcomes" "$(awk -F '\t' '{ printf "%s ", $6 }' out)" "$* "
}

over() {
	kill -TERM $SXLIB
	ended 0
	kill -TERM $TAKER
	taken_down
}

# Notes, controllers and bends, none of them late, with clock between them.
music() { # music MESSAGES
	i=0
	while [ $i -lt "$1" ]; do
		n=$(printf '%03o' $((i % 128)))
		printf "\\221\\$n\\100\\370\\201\\$n\\100\\260\\007\\$n"
		printf "\\343\\000\\$n"
		i=$((i + 1))
	done
}

bytes_in_are_bytes_out() {
	dumps
	music 200 >sent
	peer make 9 20 600 10 >>sent
	recall
	take_down "$GADGET,0,0"
	play "$GADGET,0,0" -r 3125 -c 32 <sent
	wait_until "all of it" enough "$(stat -c %s sent)"
	over
	tr -d '\370' <sent >want
	tr -d '\370' <heard >got
	cmp got want || fail "what passed differs"
	want "clocks" "$(tr -cd '\370' <heard | wc -c)" 200
	[ ! -s out ] || fail "something was recalled"
}

enough() { # enough BYTES: were heard
	[ "$(stat -c %s heard)" -ge "$1" ]
}

# 300 bpm: 120 clocks a second, one at a time.
through_clock() { # through_clock N CLOCKS
	dumps
	recall
	take_down "$GADGET,0,0"
	program $(($1 - 1))
	head -c "$2" /dev/zero | tr '\000' '\370' |
		peer send "$GADGET,0,0" -r 120 -c 1 || fail "the clock broke"
	wait_until "the dump" told 1
	sleep 1
	over
	outcomes sent
	tr -d '\370' <heard >got
	cmp got "pattern0$1.syx" || fail "the dump differs"
	want "clocks" "$(tr -cd '\370' <heard | wc -c)" "$2"
}

# Notes without end through a dump: it is whole, and what is late is counted.
through_notes() {
	dumps
	music 150 >sent
	recall
	take_down "$GADGET,0,0"
	program 2
	play "$GADGET,0,0" -r 2000 -c 16 <sent
	wait_until "the dump" told 1
	sleep 1
	over
	outcomes sent
	tr -d '\370' <heard | head -c 8000 | cmp - pattern03.syx ||
		fail "the dump differs"
	grep -q 'too late after a dump' err || fail "nothing was late"
}

a_burst() {
	dumps
	recall
	take_down "$GADGET,0,0"
	printf '\317\001\317\000\317\002\317\000\317\001' |
		peer send "$GADGET,0,0" || fail "the sequencer broke"
	wait_until "all outcomes" told 5
	sleep 1
	over
	# What is on the wire is what was wanted last.
	outcomes superseded superseded superseded repeat sent
	cmp heard pattern02.syx || fail "the dump differs"
}

unplugged() {
	dumps
	recall
	take_down "$GADGET,0,0"
	program 3
	wait_until "the dump" enough 1000
	usbmidi unplug
	wait_until "the loss" grep -q 'waiting for it' err
	wait_until "the outcome" told 1
	usbmidi plug
	GADGET=$(usbmidi gadget)
	wait_until "it is there again" grep -q 'is back' err
	kill -KILL $TAKER
	wait $TAKER
	take_down "$GADGET,0,0"
	program 0
	wait_until "the second outcome" told 2
	sleep 1
	over
	awk -F '\t' '{ print $6 }' out >outcomes
	printf 'no port\nsent\n' | cmp - outcomes || fail "$(cat out)"
	cmp heard pattern01.syx || fail "what was sent after that differs"
}

terminated() {
	dumps
	recall
	take_down "$GADGET,0,0"
	program 2
	wait_until "the dump" enough 500
	kill -TERM $SXLIB
	ended 0
	sleep 1
	kill -TERM $TAKER
	taken_down
	cmp heard pattern03.syx || fail "the dump was cut"
	outcomes sent
}

t "with nothing to recall, bytes in are bytes out" bytes_in_are_bytes_out
t "300 bytes through a clock of 300 bpm" through_clock 1 60
t "1900 bytes" through_clock 2 150
[ -n "$SHORT" ] || t "64 KB" through_clock 4 2600
t "8 KB through notes without end" through_notes
t "a burst of triggers" a_burst
t "unplugged in the middle, and plugged in again" unplugged
t "SIGTERM in the middle" terminated
