# shellcheck shell=sh
# Disk, terminal or reader stand still: the port does not wait for them.
. case.sh
usb_up

frozen_disk() { # frozen_disk BYTES SECONDS: it freezes in the middle of a dump
	modp brd rd_nr=1 rd_size=65536
	modp crc32c_generic
	modp ext4
	mke2fs /dev/ram0 >/dev/null && mount -t ext4 /dev/ram0 /disk ||
		fail "no disk"
	peer make 9 "$1" "$1" 1 >sent
	listen "$HOST" -n 1 --split message --out /disk/got/
	peer send "$GADGET,0,0" <sent &
	PEER=$!
	wait_until "a part on the disk" part_has 65536
	fsfreeze --freeze /disk || fail "cannot freeze the disk"
	sleep "$2"
	! gone $SXLIB || fail "it was over before the disk thawed"
	fsfreeze --unfreeze /disk
	wait $PEER
	ended 0
	files 1
	same sent
}

part_has() { # part_has BYTES
	size=$(stat -c %s /disk/got/*.part 2>/dev/null) && [ "$size" -ge "$1" ]
}

# More than a pipe (64 KiB) or a terminal holds is printed.
FOLDER=$(printf %0120d 0)

stalled_pipe() { # stalled_pipe MESSAGES SECONDS
	peer make 4 32 32 "$1" >sent
	mkfifo pipe
	sxlib receive --port "$HOST" -n "$1" --split message \
		--out $FOLDER/ >pipe 2>err &
	SXLIB=$!
	exec 3<pipe
	wait_until "sxlib to listen" listening
	play "$GADGET,0,0" <sent
	sleep "$2"
	! gone $SXLIB || fail "all was printed without a reader"
	cat <&3 >out
	exec 3<&-
	ended 0
	files "$1"
	same sent
}

stalled_terminal() { # stalled_terminal MESSAGES SECONDS
	peer make 8 32 32 "$1" >sent
	terminal "$2" shown sxlib receive --port "$HOST" -n "$1" \
		--split message --out $FOLDER/ --name 'd{n:06}' &
	SXLIB=$!
	wait_until "sxlib to listen" grep -q 'listening on' shown
	play "$GADGET,0,0" <sent
	ended 0
	ls $FOLDER | sed "s|^|$FOLDER/|" >out
	files "$1"
	same sent
	want "paths shown" "$(tr -d '\r' <shown | grep -c '0/d.*\.syx')" "$1"
}

# Nobody reads any more: the dumps still come, and it is exit 1 in the end.
gone_reader() {
	peer make 6 200 200 20 >sent
	mkfifo pipe
	sxlib receive --port "$HOST" -n 20 --split message --out got/ \
		--name 'd{n:06}' >pipe 2>err &
	SXLIB=$!
	exec 3<pipe
	wait_until "sxlib to listen" listening
	exec 3<&-
	play "$GADGET,0,0" <sent
	ended 1
	ls got | sed 's|^|got/|' >out
	files 20
	same sent
}

if [ -n "$SHORT" ]; then
	t "a disk that freezes for 3 s in a message of 4 MiB loses nothing" \
		frozen_disk 4194304 3
else
	t "a disk that freezes for 10 s in a message of 8 MiB loses nothing" \
		frozen_disk 8388608 10
	t "a stdout that nobody reads for 5 s loses nothing" \
		stalled_pipe 700 5
	t "a terminal that stands still for 5 s loses nothing" \
		stalled_terminal 400 5
fi
t "a stdout that is closed loses nothing, and is exit 1" gone_reader
