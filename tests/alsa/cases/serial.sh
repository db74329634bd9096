# shellcheck shell=sh
# A serial interface passes every byte as it is: streams that no other driver
# lets through, and a receiver that takes nothing.
. case.sh
TTY=$(serialmidi) && [ -c "$TTY" ] || exit 1
CARD=hw:$(awk '/Serial/ { print $1; exit }' /proc/asound/cards)
# Open all the time: without a reader the line backs up.
exec 4<>"$TTY"
stty -F "$TTY" raw -echo

bytes() { # bytes HEX...: as they are
	echo "$*" | xxd -r -p
}

write_hex() { # write_hex HEX...
	bytes "$@" >&4
}

# stream NAME IN STATUS FILE...: what is stored of a stream. FILE is what is in
# a file, in hex, a * in front of it if it is damaged. The stream ends by the
# time-out.
stream() {
	t "$1" stored "$2" "$3" "$4"
}

stored() { # stored IN STATUS FILES
	listen "$CARD" --timeout 1.5 --split message --out got/
	write_hex "$1"
	ended "$2"
	while read -r path; do
		case $path in
		*.damaged.syx) printf '*' ;;
		esac
		xxd -p "$path" | tr -d '\n'
		echo
	done <out >got.txt
	echo "$3" | sed 's/, */\n/g' | tr -d ' ' |
		tr 'A-F' 'a-f' | grep . >wanted.txt
	cmp got.txt wanted.txt ||
		fail "stored: $(tr '\n' ' ' <got.txt) wanted: $(tr '\n' ' ' \
			<wanted.txt)"
}

big() { # big BYTES
	peer make 1 "$1" "$1" 1 >sent
	listen "$CARD" -n 1 --split message --out got/
	cat sent >&4
	ended 0
	same sent
}

hear() { # hear BYTES: from the tty, into heard
	timeout 20 dd bs=1 count="$1" <&4 >heard 2>/dev/null &
	TAKER=$!
}

# The driver has a buffer of its own, which is lost when the port is closed, and
# no way to ask for it: it is given the time that a MIDI cable takes. A machine
# that is starved may emulate a UART that is slower than that: so this always
# has to take its time, and one of three has to arrive whole.
sent_as_it_is() { # sent_as_it_is BYTES RATE
	peer make 2 "$1" "$1" 1 >sent.syx
	for try in 1 2 3; do
		hear "$1"
		began=$(uptime_ms)
		sxlib send --port "$CARD" --rate "$2" sent.syx 2>err ||
			fail "exit status $?"
		took=$(($(uptime_ms) - began))
		[ $took -ge $(($1 * 1000 / 3125)) ] || fail "only $took ms"
		wait $TAKER
		! cmp heard sent.syx || return 0
	done
	fail "what arrived differs"
}

again() { # again TIMES FUNCTION...
	round=0
	times=$1
	shift
	while [ $round -lt "$times" ]; do
		"$@"
		round=$((round + 1))
	done
}

closed() { # nobody has the far end open
	for file in /proc/[0-9]*/fd/*; do
		[ "$(readlink "$file")" != "$TTY" ] || return 1
	done
}

# Nobody has the far end open: no byte is taken out of the UART nor, in the end,
# out of the ring.
stuck() { # stuck RATE SECONDS: an error no later than this
	wait_until "the far end to be closed" closed
	peer make 3 300000 300000 1 >sent.syx
	start=$(cut -d. -f1 /proc/uptime)
	timeout -s KILL 100 sxlib send --port "$CARD" --rate "$1" sent.syx \
		2>err
	status=$?
	took=$(($(cut -d. -f1 /proc/uptime) - start))
	echo "exit status $status after $took s"
	[ $status = 1 ] || want "exit status" $status 4
	grep -q 'send it again' err || fail "does not say what to do"
	[ $took -le "$2" ] || fail "hung for $took s"
}

stream "a whole message" "F0 7D 01 F7" 0 "F0 7D 01 F7"
stream "no data at all" "F0 F7" 0 "F0 F7"
stream "two messages" "F0 7D 01 F7 F0 7D 02 F7" 0 "F0 7D 01 F7, F0 7D 02 F7"
stream "real-time bytes inside and beside" "F8 F0 FA 7D FE 01 FF 02 FC F7 F8" \
	0 "F0 7D 01 02 F7"
stream "undefined F9 and FD inside" "F0 F9 7D 01 FD F7" 0 "F0 7D 01 F7"
stream "cut by a note" "F0 7D 01 90 40 41 F0 7D 02 F7" 5 \
	"*F0 7D 01, F0 7D 02 F7"
stream "cut by a new F0" "F0 7D 01 F0 7D 02 F7" 5 "*F0 7D 01, F0 7D 02 F7"
stream "cut by F4, data and F7 after it" "F0 7D 01 F4 02 F7" 5 \
	"*F0 7D 01, *02 F7"
stream "cut by a tune request" "F0 7D 01 F6 F7" 5 "*F0 7D 01"
stream "cut by the time-out" "F0 7D 01 02" 5 "*F0 7D 01 02"
stream "a lone F7 is nothing" "F7 F0 7D 01 F7 F7" 0 "F0 7D 01 F7"
stream "a missed beginning" "01 02 F7 F0 7D 03 F7" 5 "*01 02 F7, F0 7D 03 F7"
stream "a missed beginning with clock" "01 F8 02 F7" 5 "*01 02 F7"
stream "data after F7" "F0 7D 01 F7 02 03 F7" 5 "F0 7D 01 F7, *02 03 F7"
stream "data of a note with running status are no rest" \
	"90 40 41 42 43 F0 7D 01 F7" 0 "F0 7D 01 F7"
stream "other messages only" "90 40 41 C0 01 F1 02 F8" 3 ""
stream "a three-byte ID" "F0 00 20 7F 01 F7" 0 "F0 00 20 7F 01 F7"
t "4,104 bytes arrive" big 4104
[ -n "$SHORT" ] || t "64 KiB arrive" big 65536
rounds=6
[ -z "$SHORT" ] || rounds=2
t "$rounds times 4,104 bytes are sent at full speed" \
	again $rounds sent_as_it_is 4104 max
t "4,104 bytes are sent at 10,000 bytes/s" sent_as_it_is 4104 10000
t "4,104 bytes are sent at DIN speed" sent_as_it_is 4104 din
if [ -z "$SHORT" ]; then
	exec 4<&-
	# A queue in QEMU and the ring take what they hold; then it is 5 s. At
	# 60,000 bytes/s the ring is never more than that fuller than empty.
	t "a receiver that takes nothing at full speed is an error, no hang" \
		stuck max 15
	t "a receiver that takes nothing at 60,000 bytes/s is an error" \
		stuck 60000 15
	exec 4<>"$TTY"
	stty -F "$TTY" raw -echo
	timeout 3 cat <&4 >/dev/null
fi
t "and a dump arrives as ever" big 4104
