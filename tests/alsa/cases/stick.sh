# shellcheck shell=sh
# A stick, FAT or exFAT. What has reached it is in a file behind a loop device:
# a copy of that file is what a stick would hold if it were pulled right now.
. case.sh
usb_up
for module in loop nls_cp437 nls_ascii nls_utf8 vfat exfat; do
	modp $module
done
IMAGE=/tmp/stick

loop_mount() { # loop_mount N IMAGE FOLDER
	losetup "/dev/loop$1" "$2" && mkdir -p "$3" &&
		mount -t "$TYPE" "/dev/loop$1" "$3" || fail "no stick"
}

loop_unmount() { # loop_unmount N FOLDER
	umount "$2" 2>/dev/null
	losetup -d "/dev/loop$1" 2>/dev/null
}

stick() { # stick TYPE: an empty one of 16 MiB, at /disk
	TYPE=$1
	loop_unmount 0 /disk
	loop_unmount 1 /tmp/pulled
	rm -f $IMAGE*
	truncate -s 16M $IMAGE
	case $TYPE in
	vfat) mkdosfs $IMAGE >/dev/null ;;
	exfat) mkfs.exfat $IMAGE >/dev/null ;;
	esac || fail "cannot make a stick"
	loop_mount 0 $IMAGE /disk
}

# The stick as it is now, pulled: at /tmp/pulled.
pull() {
	loop_unmount 1 /tmp/pulled
	cp $IMAGE $IMAGE.pulled
	loop_mount 1 $IMAGE.pulled /tmp/pulled
}

voice() { # voice NAME: a DX7 voice; its name is ten characters
	sum=$(printf '%-10.10s' "$1" | od -An -v -tu1 |
		awk '{ for (i = 1; i <= NF; i++) s += $i }
			END { print (128 - s % 128) % 128 }')
	printf '\360\103\000\000\001\033'
	dd if=/dev/zero bs=145 count=1 2>/dev/null
	printf '%-10.10s' "$1"
	printf "\\$(printf %03o "$sum")\\367"
}

listing() { # listing FOLDER: one line
	(cd "$1" && find . -type f | sed 's|^\./||' | LC_ALL=C sort | tr '\n' ' ')
}

names() { # names TYPE
	stick "$1"
	for name in CON nul.txt 'a:b*?"<>|' ../../x '...' 'C:\x' Kit KIT kit \
		'-rf' 'end.'; do
		voice "$name"
	done >sent
	listen "$HOST" -n 11 --split message --name '{name}' --out /disk/got/
	play "$GADGET,0,0" <sent
	ended 0
	files 11
	same sent
	want "names" "$(listing /disk/got)" "C-x.syx KIT-2.syx Kit.syx \
_CON.syx _nul.txt.syx a-b.syx end.syx kit-3.syx rf.syx unknown.syx x.syx "
}

clash() { # clash TYPE: names that differ only in case
	stick "$1"
	mkdir /disk/got
	echo mine >/disk/got/PATTERN01.SYX
	echo mine >/disk/ALL.SYX
	peer make 5 300 300 2 >sent
	listen "$HOST" -n 2 --split message --name 'pattern{n:02}' \
		--out /disk/GOT/
	play "$GADGET,0,0" <sent
	ended 0
	files 2
	same sent
	want "the file before" "$(cat /disk/got/PATTERN01.SYX)" mine
	want "files" "$(find /disk/got -type f | wc -l)" 3
	sxlib receive --port "$HOST" --out /disk/all.syx 2>err
	want "exit status" $? 1
	grep -q 'not overwritten' err || fail "does not say why"
	want "the file before" "$(cat /disk/ALL.SYX)" mine
}

# As soon as a path is printed, what it names is on the stick.
pulled() { # pulled TYPE DUMPS
	stick "$1"
	listen "$HOST" -n "$2" --split message --name '{n}' --out /disk/got/
	i=1
	while [ $i -le "$2" ]; do
		peer make $i 30000 30000 1 >"sent.$i" ||
			fail "no dump"
		play "$GADGET,0,0" <"sent.$i"
		wait_until "dump $i" printed_lines $i
		pull
		k=1
		while [ $k -le $i ]; do
			cmp "sent.$k" "/tmp/pulled/got/$k.syx" ||
				fail "dump $k is not on the stick, pulled after $i"
			k=$((k + 1))
		done
		i=$((i + 1))
	done
	ended 0
}

printed_lines() {
	[ "$(wc -l <out)" -ge "$1" ]
}

# What is older than a second of a dump that is coming in.
pulled_in_a_dump() { # pulled_in_a_dump TYPE
	stick "$1"
	peer make 3 9000 9000 1 >sent
	listen "$HOST" --split message --out /disk/got/
	# In threes: what a USB packet holds.
	head -c 4998 sent >begun
	play "$GADGET,0,0" <begun
	wait_until "the part on the stick" on_the_stick
	sxlib receive --port - --out /tmp/pulled/got/ </dev/null >/dev/null 2>&1
	cmp begun /tmp/pulled/got/*.damaged.syx ||
		fail "not taken in: $(listing /tmp/pulled/got)"
	want "files" "$(find /tmp/pulled/got -type f | wc -l)" 1
	kill -INT $SXLIB
	ended 5
}

on_the_stick() {
	pull
	[ "$(cat /tmp/pulled/got/*.part | wc -c)" = 4998 ]
}

killed() { # killed TYPE
	stick "$1"
	peer make 7 2000 2000 3 >sent
	listen "$HOST" --gap 60000 --out /disk/got/
	head -c 5500 sent >begun
	play "$GADGET,0,0" <begun
	wait_until "the part" part_has 5500
	kill -KILL $SXLIB
	wait $SXLIB 2>/dev/null
	listen "$HOST" -n 1 --split message --out /disk/got/
	want "parts" "$(find /disk/got -name '*.part' | wc -l)" 0
	want "files" "$(find /disk/got -name '*.syx' | wc -l)" 2
	mv /disk/got/*.damaged.syx cut
	cat /disk/got/*.syx cut | cmp - begun || fail "bytes differ"
	peer make 8 700 700 1 >more
	play "$GADGET,0,0" <more
	ended 0
	cmp more "$(tail -n 1 out)" || fail "the next dump differs"
}

part_has() { # part_has BYTES
	[ "$(cat /disk/got/*.part 2>/dev/null | wc -c)" = "$1" ]
}

# Room for 64 KiB is left.
fill() {
	free=$(df -k /disk | awk 'END { print $4 }')
	dd if=/dev/zero of=/disk/filler bs=1024 count=$((free - 64)) \
		2>/dev/null && sync || fail "cannot fill the stick"
}

full() { # full TYPE
	stick "$1"
	fill
	peer make 2 20000 20000 8 >sent
	listen "$HOST" -n 8 --split message --name '{n}' --out /disk/
	peer send "$GADGET,0,0" <sent &
	ended 1
	wait
	grep -q 'No space left' err || fail "does not say that it is full"
	[ -s out ] || fail "no dump was kept"
	printed cat >kept
	size=$(stat -c %s kept)
	head -c "$size" sent | cmp - kept || fail "what was printed differs"
	want "files" "$(find /disk -name '*.syx' | wc -l)" "$(wc -l <out)"
}

# watch goes on when there is room again.
full_for_a_while() { # full_for_a_while TYPE
	stick "$1"
	fill
	peer make 2 20000 20000 8 >sent
	sxlib watch --port "$HOST" --split message --out /disk/got/ \
		>out 2>err &
	SXLIB=$!
	wait_until "sxlib to listen" listening
	play "$GADGET,0,0" <sent
	wait_until "it to say so" grep -q 'is buffered in memory' err
	printed_lines 8 && fail "all fitted"
	rm /disk/filler
	wait_until "the dumps" printed_lines 8
	kill -INT $SXLIB
	ended 0
	files 8
	same sent
	want "files" "$(find /disk/got -type f | wc -l)" 8
}

for type in vfat exfat; do
	t "$type: names from an instrument fit" names $type
	t "$type: nothing is replaced, whatever its case" clash $type
	t "$type: what is printed is there when the stick is pulled" \
		pulled $type 4
	t "$type: of a dump that is coming in, a second is lost at most" \
		pulled_in_a_dump $type
	t "$type: kill -9 in a dump, and the next start takes it in" \
		killed $type
	t "$type: a full stick is said, and what was printed is whole" full $type
	t "$type: watch waits until there is room again" full_for_a_while $type
done
loop_unmount 1 /tmp/pulled
loop_unmount 0 /disk
