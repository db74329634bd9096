# shellcheck shell=sh
# Takes: recorded through the kernel, and played back into it, byte for byte.
. case.sh
usb_up

# NRPN, notes and SysEx, nothing in running status: what a USB cable carries as
# it is.
music() { # music SEED MESSAGES
	i=0
	while [ $i -lt "$2" ]; do
		n=$(printf '%03o' $((i % 128)))
		printf "\\260\\143\\001\\260\\142\\$n\\260\\006\\100"
		printf "\\221\\$n\\100\\201\\$n\\100\\302\\$n\\343\\000\\$n"
		[ $((i % 10)) -ne 0 ] || peer make $(($1 + i)) 20 600 1
		i=$((i + 1))
	done
}

record() { # record ARGUMENT...: out is its stdout, err its stderr
	sxlib record --port "$HOST" "$@" >out 2>err &
	SXLIB=$!
	wait_until "sxlib to listen" listening
}

there_and_back() { # there_and_back FORM
	music 1 40 >sent
	# shellcheck disable=SC2086
	record --timeout 4 --out take.mid $1
	play "$GADGET,0,0" -r 3125 -c 32 <sent
	ended 0
	want "the file" "$(cat out)" take.mid
	take_down "$GADGET,0,0" -n "$(stat -c %s sent)"
	sxlib play --port "$HOST" take.mid 2>err || fail "exit status $?"
	taken_down
	cmp heard sent || fail "what was played differs"
}

t "a take is played back as it came" there_and_back
t "so is one of type 1" there_and_back "--type 1"
