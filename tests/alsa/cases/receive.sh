# shellcheck shell=sh
# Dumps of all sizes arrive whole.
. case.sh
usb_up

one_message() { # one_message BYTES
	peer make "$1" "$1" "$1" 1 >sent
	listen "$HOST" --count 1 --split message --out got/
	play "$GADGET,0,0" <sent
	ended 0
	files 1
	same sent
}

burst() { # burst COUNT BYTES
	peer make 7 "$2" "$2" "$1" >sent
	listen "$HOST" --count "$1" --split message --out got/
	play "$GADGET,0,0" <sent
	ended 0
	files "$1"
	same sent
}

at_din_pace() { # at_din_pace BYTES
	peer make 3 "$1" "$1" 1 >sent
	listen "$HOST" --count 1 --out got/
	play "$GADGET,0,0" -r 3125 -c 32 <sent
	ended 0
	same sent
}

into_one_file() { # into_one_file NAME: all dumps of a burst
	peer make 5 300 300 20 >sent
	listen "$HOST" --count 20 --split message --out all.syx
	play "$GADGET,0,0" <sent
	ended 0
	cmp sent all.syx || fail "the file differs"
}

# All that is less than the gap apart is one dump, in its order.
by_gap() {
	peer make 6 100 900 50 >sent
	listen "$HOST" --timeout 2 --gap 1500 --split gap --out got/
	play "$GADGET,0,0" <sent
	ended 0
	files 1
	same sent
}

right_after_listening() { # right_after_listening ROUNDS: a byte comes at once
	round=0
	while [ $round -lt "$1" ]; do
		rm -rf got
		: >err
		peer make $round 40 40 1 >sent
		sxlib receive --port "$HOST" -n 1 --split message --out got/ \
			>out 2>err &
		SXLIB=$!
		until grep -q '^listening on' err; do :; done
		play "$GADGET,0,0" <sent
		ended 0
		same sent
		round=$((round + 1))
	done
}

realtime_inside() { # clock and sensing in a dump are taken out, and no harm
	printf '\360\175\001\370\002\376\003\372\004\367' >sent
	printf '\360\175\001\002\003\004\367' >clean
	listen "$HOST" --count 1 --split message --out got/
	play "$GADGET,0,0" <sent
	ended 0
	same clean
}

rounds=10
[ -z "$SHORT" ] || rounds=3
t "a message of 5 bytes arrives" one_message 5
t "a message of 4,104 bytes (a DX7 bank) arrives" one_message 4104
t "a message of 64 KiB arrives" one_message 65536
t "a message of 1 MiB arrives" one_message 1048576
[ -n "$SHORT" ] ||
	t "a message of 8 MiB arrives" one_message 8388608
t "128 messages of 300 bytes in a burst arrive" burst 128 300
[ -n "$SHORT" ] ||
	t "10,000 messages of 32 bytes in a burst arrive" burst 10000 32
t "4,104 bytes at DIN pace arrive" at_din_pace 4104
t "a burst goes into one file" into_one_file
t "a burst is one dump by its gap" by_gap
t "what comes right after 'listening' is not missed" \
	right_after_listening $rounds
t "real-time bytes are taken out of a dump" realtime_inside
