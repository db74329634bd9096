# shellcheck shell=sh
# The port goes away while it is listened to.
. case.sh
usb_up

settled() { # until a part is as long as this
	size=$(cat got/*.part 2>/dev/null | wc -c) && [ "$size" -ge "$1" ]
}

in_a_message() {
	peer make 1 60000 60000 1 >sent
	listen "$HOST" --split message --out got/
	peer send "$GADGET,0,0" -r 20000 -c 600 <sent 2>/dev/null &
	wait_until "some of it" settled 8000
	usbmidi unplug
	ended 4
	files 1
	grep -q '\.damaged\.syx$' out || fail "does not pass for damaged"
	file=$(cat out)
	size=$(stat -c %s "$file")
	[ "$size" -ge 8000 ] || fail "only $size bytes were kept"
	cmp -n "$size" "$file" sent || fail "what was kept differs"
	grep -qi 'unplugged\|gone\|went away' err || fail "does not say why"
}

between_dumps() {
	peer make 2 500 500 4 >sent
	listen "$HOST" --split message --out got/
	play "$GADGET,0,0" <sent
	wait_until "four files" four_files
	usbmidi unplug
	ended 4
	files 4
	same sent
}

four_files() {
	[ "$(wc -l <out)" = 4 ]
}

an_open_group() { # what is whole in it is kept as whole
	peer make 3 500 500 4 >sent
	listen "$HOST" --split gap --gap 60000 --out got/
	play "$GADGET,0,0" <sent
	wait_until "all of it" settled 2000
	usbmidi unplug
	ended 4
	files 1
	same sent
}

before_anything() {
	listen "$HOST" -n 1 --out got/
	usbmidi unplug
	ended 4
	files 0
}

and_again() {
	peer make 4 4104 4104 1 >sent
	listen "$HOST" -n 1 --split message --out got/
	play "$GADGET,0,0" <sent
	ended 0
	same sent
}

for round in 1 2; do
	t "unplugged in a message: it is kept as damaged, exit 4 ($round)" \
		in_a_message
	usbmidi plug
	t "plugged in again, a dump arrives ($round)" and_again
done
t "unplugged between dumps: these are whole, exit 4" between_dumps
usbmidi plug
t "unplugged in an open group: its messages are kept as whole" an_open_group
usbmidi plug
t "unplugged before anything came: exit 4" before_anything
usbmidi plug
t "plugged in again after all that, a dump arrives" and_again
