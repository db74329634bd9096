# shellcheck shell=sh
# What is sent arrives, byte for byte, at its pace, and can be stopped.
. case.sh
usb_up

at_rate() { # at_rate RATE BYTES RUNS
	run=0
	while [ $run -lt "$3" ]; do
		peer make "$run" "$2" "$2" 1 >sent.syx
		take_down "$GADGET,0,0" -n "$2"
		sxlib send --port "$HOST" --rate "$1" --delay 0 sent.syx \
			2>err || fail "exit status $?"
		taken_down
		cmp heard sent.syx || fail "run $run differs"
		run=$((run + 1))
	done
}

# An emulated machine that stands still for a moment makes a transfer look
# longer, or bytes that were on time look like a burst: one of four has to be as
# it should.
at_din_speed() {
	peer make 1 4104 4104 1 >sent.syx
	for try in 1 2 3 4; do
		take_down "$GADGET,0,0" -n 4104
		sxlib send --port "$HOST" sent.syx 2>err ||
			fail "exit status $?"
		taken_down
		cmp heard sent.syx || fail "what arrived differs"
		echo "took $(fact 2) ms, $(fact 3) bytes ahead at most"
		! in_time || return 0
	done
	fail "neither at its pace nor without a burst"
}

# 4104 bytes are 1313 ms of wire, and the first piece comes at once. Ahead may
# be 48 bytes, one USB packet, and what a late clock at the start is worth.
in_time() {
	[ "$(fact 2)" -ge 1250 ] && [ "$(fact 2)" -le 2600 ] &&
		[ "$(fact 3)" -le 160 ]
}

with_delay() { # three messages with 400 ms after each
	peer make 1 50 50 3 >sent.syx
	take_down "$GADGET,0,0" -n 150
	start=$(uptime_ms)
	sxlib send --port "$HOST" --rate max --delay 400 sent.syx 2>err ||
		fail "exit status $?"
	took=$(($(uptime_ms) - start))
	taken_down
	cmp heard sent.syx || fail "what arrived differs"
	# 800 ms, if the first byte was taken down as it came.
	[ "$(fact 2)" -ge 600 ] || fail "no pause: $(fact 2) ms"
	[ $took -ge 1190 ] || fail "no pause after the last: $took ms"
}

a_folder() { # in the order of the names
	mkdir set
	for n in 03 01 02 10; do
		peer make "1$n" 300 900 1 >set/p$n.syx
	done
	cat set/p01.syx set/p02.syx set/p03.syx set/p10.syx >sent
	take_down "$GADGET,0,0" -n "$(stat -c %s sent)"
	sxlib send --port "$HOST" --rate max --delay 10 set/ 2>err ||
		fail "exit status $?"
	taken_down
	cmp heard sent
}

from_stdin() {
	peer make 5 3000 3000 2 >sent
	take_down "$GADGET,0,0" -n 6000
	sxlib send --port "$HOST" --rate max --delay 0 - <sent 2>err ||
		fail "exit status $?"
	taken_down
	cmp heard sent
}

# A message that is stopped is closed with F7, at the other end too.
interrupted() { # interrupted SIGNAL STATUS ARGUMENT...
	signal=$1
	status=$2
	shift 2
	peer make 2 2000000 2000000 1 >sent.syx
	take_down "$GADGET,0,0"
	(wait_until "some of it" heard_bytes 1000 && killall -"$signal" sxlib) &
	# In the foreground: in the background a shell has SIGINT ignored.
	sxlib send --port "$HOST" "$@" sent.syx 2>err
	want "exit status" $? "$status"
	sleep 1
	kill $TAKER
	taken_down
	size=$(fact 1)
	echo "$size bytes arrived"
	[ "$size" -gt 2 ] && [ "$size" -lt 2000000 ] ||
		fail "not in the middle: $size bytes"
	want "last byte" "$(tail -c 1 heard | xxd -p)" f7
	cmp -n $((size - 1)) heard sent.syx || fail "what arrived differs"
	grep -q sent.syx err || fail "does not say where it was"
}

unplugged() {
	peer make 3 60000 60000 1 >sent.syx
	take_down "$GADGET,0,0"
	sxlib send --port "$HOST" sent.syx 2>err &
	SXLIB=$!
	wait_until "some of it" heard_bytes 1000
	usbmidi unplug
	ended 4
	wait $TAKER
	cmp -n "$(stat -c %s heard)" heard sent.syx ||
		fail "what arrived differs"
	usbmidi plug
}

heard_bytes() { # heard_bytes COUNT
	[ "$(stat -c %s heard)" -ge "$1" ]
}

nothing_unasked() { # opening, listing and listening send no byte
	take_down "$GADGET,0,0" -i 500
	sxlib ports >/dev/null
	sxlib receive --port "$HOST" --timeout 2 --out got/ 2>err
	want "exit status" $? 3
	sxlib send --port "$HOST" --dry-run /t/script 2>/dev/null
	kill $TAKER
	taken_down
	want "bytes heard" "$(fact 1)" 0
}

runs=20 big=5
[ -z "$SHORT" ] || runs=3 big=2
t "$runs times 5 bytes at full speed" at_rate max 5 $runs
t "$runs times 4,104 bytes at full speed" at_rate max 4104 $runs
t "$runs times 64 KiB at full speed" at_rate max 65536 $runs
t "$runs times 1 MiB at full speed" at_rate max 1048576 $runs
# More than the ring holds: bytes must not go into it while it is being sent.
t "${BIG_ROUNDS:-$big} times 3 MiB at full speed" \
	at_rate max 3145728 "${BIG_ROUNDS:-$big}"
[ -z "$BIG_ROUNDS" ] ||
	t "$BIG_ROUNDS times 8 MiB at full speed" at_rate max 8388608 "$BIG_ROUNDS"
t "64 KiB at 100,000 bytes/s" at_rate 100000 65536 1
t "4,104 bytes at DIN speed, never ahead of the wire" at_din_speed
t "a pause after each message, the last one too" with_delay
t "a folder, in the order of the names" a_folder
t "from standard input" from_stdin
t "Ctrl-C at DIN speed closes the message with F7, and kills" \
	interrupted INT 130
t "Ctrl-C at 20,000 bytes/s closes the message with F7" \
	interrupted INT 130 --rate 20000
t "SIGTERM closes the message with F7, and kills" interrupted TERM 143
t "unplugged on the way: exit 4" unplugged
t "nothing is ever sent unasked" nothing_unasked
