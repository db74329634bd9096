# shellcheck shell=sh
# No port, no permission, no file touched: exit 4 and words that help.
. case.sh
usb_up

untouched() { # no file was made, and the one that was there is as it was
	[ ! -e got ] || fail "made a folder"
	[ ! -e new.syx ] && [ ! -e new.mid ] || fail "made a file"
	want "the old file" "$(cat old.syx)" "keep me"
	want "parts" "$(find . -name '*.part' | wc -l)" 0
}

receive_fails() { # receive_fails WORDS PORT: whatever --out is
	echo "keep me" >old.syx
	for out in got/ new.syx new.mid; do
		$AS sxlib receive --port "$2" --timeout 3 --out $out \
			>out 2>err
		want "exit status with --out $out" $? 4
		grep -qi "$1" err || fail "does not say '$1'"
		[ ! -s out ] || fail "printed something"
		untouched
	done
	# This is refused for the file's sake or the port's: it stays anyway.
	$AS sxlib receive --port "$2" --timeout 3 --out old.syx >out 2>err
	status=$?
	[ $status = 1 ] || want "exit status with an old file" $status 4
	untouched
}

send_fails() { # send_fails WORDS PORT
	peer make 1 50 50 1 >a.syx
	$AS sxlib send --port "$2" a.syx 2>err
	want "exit status" $? 4
	grep -qi "$1" err || fail "does not say '$1'"
}

both_fail() {
	receive_fails "$@"
	send_fails "$@"
}

missing() { # missing PORT: and says which ports there are
	both_fail "no such port" "$1"
	grep -q "$HOST,0,0" err || fail "does not list the ports"
}

busy() {
	peer hold "$HOST,0,0" in >held.in &
	peer hold "$HOST,0,0" out >held.out &
	wait_until "the port to be held" grep -q ready held.in
	wait_until "the port to be held" grep -q ready held.out
	both_fail "in use" "$HOST,0,0"
}

# A port of its own for each direction: one may be in use, the other not.
busy_output_only() {
	peer hold "$HOST,0,0" out >held &
	wait_until "the port to be held" grep -q ready held
	peer make 1 300 300 1 >sent
	listen "$HOST" -n 1 --split message --out got/
	play "$GADGET,0,0" <sent
	ended 0
	same sent
}

as_player() {
	su player -s /bin/sh -c "\"\$@\"" -- sh "$@"
}

not_permitted() {
	AS=as_player
	both_fail "permission" "$HOST,0,0"
	grep -q audio err || fail "does not name the group"
	as_player sxlib ports >list 2>err
	grep -q "permission" err || fail "the list does not say why it is empty"
}

no_space() { # a full disk: what there was stays, and it is exit 1
	mkdir full
	mount -t tmpfs -o size=64k full full || fail "no small disk"
	peer make 1 300000 300000 1 >sent
	listen "$HOST" -n 1 --split message --out full/got/
	# Nobody takes the rest of it.
	peer send "$GADGET,0,0" <sent &
	ended 1
	grep -qi 'space' err || fail "does not say why"
	files 0
	rm -rf full/got
	umount full
}

AS=
t "a card that is not there" missing hw:9
t "a device that is not there" missing "$HOST,7"
t "a subdevice that is not there" missing "$HOST,0,5"
t "a name that fits no port" both_fail "no" "no-such-synth"
t "a port in use" busy
t "a port in use for output only still receives" busy_output_only
t "no permission" not_permitted
t "a disk without space" no_space
