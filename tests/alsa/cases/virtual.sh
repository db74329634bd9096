# shellcheck shell=sh
# virtual: a client of the sequencer that others connect to. Here the card
# virmidi does: what is played on its rawmidi side goes through the sequencer.
. case.sh
modp snd-seq && modp snd-seq-midi || exit 1
virtual_up

# A client is there before its port: connecting is tried until it works.

arrives() { # arrives BYTES COUNT [ARGUMENT]... of peer send
	peer make "$1" "$1" "$1" "$2" >sent
	count=$2
	shift 2
	listen virtual -n "$count" --split message --out got/
	wait_until "the client" ours
	wait_until "the connection" aconnect "$VIRMIDI" "$(ours)"
	play "$CARD,0,0" "$@" <sent
	ended 0
	files "$count"
	same sent
}

leaves() { # leaves BYTES: it waits until somebody is connected
	peer make 1 "$1" "$1" 1 >sent
	take_down "$CARD,0,0" -n "$1"
	sxlib send --port virtual --rate max sent 2>err &
	SXLIB=$!
	wait_until "the client" ours
	wait_until "the connection" aconnect "$(ours)" "$VIRMIDI"
	ended 0
	taken_down
	cmp heard sent || fail "what arrived differs"
}

# From one program to another, which stands still: its queue has room for some
# 50 KiB, and is waited for.
between_programs() { # between_programs BYTES SECONDS
	peer make 3 "$1" "$1" 1 >sent
	listen virtual -n 1 --split message --out got/
	sxlib send --port virtual --rate max sent 2>err.send &
	SENDER=$!
	wait_until "the receiver" client_of $SXLIB
	wait_until "the sender" client_of $SENDER
	kill -STOP $SXLIB
	wait_until "the connection" \
		aconnect "$(client_of $SENDER)" "$(client_of $SXLIB)"
	sleep "$2"
	kill -CONT $SXLIB
	wait $SENDER
	want "exit status of the sender" $? 0
	ended 0
	files 1
	same sent
}

client_of() { # client_of PID
	aconnect -l | awk -F '[ :]' -v pid="pid=$1]" '
		/^client/ && index($0, pid) { print $2 ":0"; exit }' | grep .
}

nobody_listens() {
	peer make 1 50 50 1 >sent
	sxlib send --port virtual sent 2>err
	status=$?
	[ $status != 0 ] || fail "passes for sent"
	grep -qi 'connect' err || fail "does not say why"
}

# The sequencer has room for some 40 KiB of a burst; what does not find room is
# dropped, and the program is told.
whole_or_said_to_be_damaged() { # whole_or_said_to_be_damaged BYTES
	peer make 2 "$1" "$1" 1 >sent
	listen virtual --split message --out got/
	wait_until "the client" ours
	wait_until "the connection" aconnect "$VIRMIDI" "$(ours)"
	# What finds no room may also be waited for in vain by the driver.
	peer send "$CARD,0,0" <sent 2>/dev/null
	sleep 3
	kill -INT $SXLIB
	wait $SXLIB
	status=$?
	if [ $status = 0 ]; then
		same sent
	else
		want "exit status" $status 5
		! grep -v damaged out || fail "passes for whole"
	fi
}

# Too many small ones for a program that stands still: whole messages are lost,
# so that none of those that are kept is damaged.
lost_between() {
	peer make 2 100 100 2000 >sent
	listen virtual --split message --out got/
	wait_until "the client" ours
	wait_until "the connection" aconnect "$VIRMIDI" "$(ours)"
	kill -STOP $SXLIB
	peer send "$CARD,0,0" <sent 2>/dev/null
	kill -CONT $SXLIB
	sleep 3
	kill -INT $SXLIB
	ended 5
	[ "$(wc -l <out)" -lt 2000 ] || fail "nothing was lost"
	grep -q 'bytes were lost\|DAMAGED: overrun' err ||
		fail "does not say that bytes were lost"
}

for bytes in 5 300 4104 16355; do
	t "$bytes bytes of SysEx come in through the sequencer" \
		arrives $bytes 1
done
t "64 KiB in a burst are whole, or said to be damaged" \
	whole_or_said_to_be_damaged 65536
t "128 messages of 300 bytes come in through the sequencer" arrives 300 128
t "messages that a program that stands still has no room for are missed" \
	lost_between
t "64 KiB at 50,000 bytes/s come in" arrives 65536 1 -r 50000 -c 256
for bytes in 5 4104 16355 65536; do
	t "$bytes bytes of SysEx go out through the sequencer" leaves $bytes
done
t "300,000 bytes to a program that stands still for 2 s" \
	between_programs 300000 2
t "SysEx to nobody is an error" nobody_listens
