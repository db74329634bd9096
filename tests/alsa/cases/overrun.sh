# shellcheck shell=sh
# The program itself stands still, and the kernel's ring runs over: every hole
# is found, and none invented. judge.c says what honest means.
. case.sh
usb_up

RING=1048576
SIZES="300 24000"
proc=/proc/asound/card${HOST#hw:}/midi0

# The time-outs are for a machine that stands still: the flood goes on for as
# long as it takes.
ring_has() { # ring_has BYTES
	[ "$(awk '/Input 0/ { on = 1 } on && /Avail/ { print $3 }' "$proc")" \
		-ge "$1" ]
}

arrived() {
	awk '/Input 0/ { on = 1 } on && /Rx bytes/ { print $4 }' "$proc"
}

arrived_since() { # arrived_since BYTES MORE
	[ "$(arrived)" -ge $(($1 + $2)) ]
}

ring_size() {
	awk '/Input 0/ { on = 1 } on && /Buffer size/ { print $4; exit }' \
		"$proc"
}

start_flood() { # start_flood SEED: a stream without an end
	listen "$HOST" --timeout 12 --split message --out got/
	want "the size of the ring" "$(ring_size)" $RING
	# shellcheck disable=SC2086
	peer flood "$GADGET,0,0" "$1" $SIZES >flooded &
	FLOOD=$!
}

end_flood() { # end_flood STATUS
	kill $FLOOD
	wait $FLOOD || fail "the instrument broke"
	ended "$1"
}

honest() { # honest SEED: and says so in the log
	# shellcheck disable=SC2086
	judge "$1" $SIZES "$(cat flooded)" $RING <out ||
		fail "that is not honest"
}

# Stand still until the ring has run over by so much.
overrun() { # overrun BYTES
	kill -STOP $SXLIB
	wait_until "the ring to fill" ring_has $RING
	full=$(arrived)
	wait_until "bytes to be lost" arrived_since "$full" "$1"
	kill -CONT $SXLIB
}

catch_up() {
	wait_until "the ring to empty" ring_below 65536
}

ring_below() { # ring_below BYTES
	! ring_has "$1"
}

# A number from 0 to $1 - 1, the same in every run.
random() {
	RANDOM_STATE=$(((RANDOM_STATE * 1103515245 + 12345) % 2147483648))
	echo $((RANDOM_STATE / 65536 % $1))
}

one_hole() {
	start_flood 1
	wait_until "the flood to run" arrived_since 0 300000
	overrun 100000
	catch_up
	usleep 300000
	end_flood 5
	grep -q '\.damaged\.syx$' out || fail "no file is damaged"
	grep -qi 'overrun\|lost' err || fail "says nothing of it"
	honest 1
}

many_holes() { # many_holes COUNT SEED
	RANDOM_STATE=$2
	start_flood "$2"
	hole=0
	while [ $hole -lt "$1" ]; do
		# Sometimes before it has caught up, sometimes long after.
		usleep $((1000 * $(random 300)))
		overrun $((1 + $(random 60000)))
		hole=$((hole + 1))
		wait_until "room in the ring" ring_below $((RING - 65536))
	done
	catch_up
	end_flood 5
	honest "$2"
}

# Late, but not too late: all of it is in the ring before the program goes on.
nearly() {
	peer make 3 5000 5000 200 >sent
	for round in 1 2; do
		listen "$HOST" -n 200 --split message --out got$round/
		kill -STOP $SXLIB
		play "$GADGET,0,0" <sent
		kill -CONT $SXLIB
		ended 0
		same sent
	done
}

# The ring runs over while nothing is read, and nothing comes while it is read
# again: the hole is where the ring was full, and no byte is in doubt. Messages of
# these sizes fill it with a whole packet of USB, so that from 6.2 on the kernel
# counts none of the bytes that it throws away.
quiet_hole() { # quiet_hole SIZE DAMAGED: which files
	peer make 4 "$1" "$1" 140 >lost
	peer make 6 "$1" "$1" 3 >later
	listen "$HOST" -n $((RING / $1 + 3)) --split message --out got/
	kill -STOP $SXLIB
	play "$GADGET,0,0" <lost
	kill -CONT $SXLIB
	catch_up
	play "$GADGET,0,0" <later
	ended 5
	head -c $RING lost | cat - later >sent
	printed cat | cmp - sent || fail "what is stored differs"
	want "the damaged files" "$(sed -n '/damaged/=' out)" "$2"
	grep -q 'overrun\|lost' err || fail "does not say that bytes were lost"
}

# Dumps that are bigger than the ring: those with the hole are kept as damaged
# pieces, the last one is whole. On a slow machine the hole may be longer than one.
hole_in_a_big_one() {
	SIZES="1300000 1300000"
	peer make 5 1300000 1300000 5 >sent
	echo 5 >flooded
	listen "$HOST" --timeout 12 --split message --out got/
	before=$(arrived)
	peer send "$GADGET,0,0" <sent &
	FLOOD=$!
	wait_until "the dump to begin" arrived_since "$before" 200000
	overrun 100000
	wait $FLOOD || fail "the instrument broke"
	ended 5
	honest 5
	tail -c 1300000 sent | cmp - "$(tail -n 1 out)" ||
		fail "the last dump is not whole"
}

t "a hole in a dump that the kernel does not count is found" \
	quiet_hole 8000 132
t "a hole between dumps that the kernel does not count is found" \
	quiet_hole 8192 ""
t "an overrun is found, and the dumps around it are whole" one_hole
[ -n "$SHORT" ] ||
	t "a dump that the hole is in is kept as damaged pieces" \
		hole_in_a_big_one
t "an intake that is late but not too late loses nothing" nearly
if [ -n "$SHORT" ]; then
	t "6 holes at random places are found, none is invented" many_holes 6 11
else
	t "50 holes at random places are found, none is invented" \
		many_holes 50 11
fi
