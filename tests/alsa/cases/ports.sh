# shellcheck shell=sh
# What there is, is listed; a port that is in use is never another one.
. case.sh

row() { # row PORT: its line in the list
	sxlib ports | awk -v port="$1" '$2 == port'
}

no_card() {
	sxlib ports >list || fail "exit status $?"
	want "lines" "$(wc -l <list)" 1
}

# The first two columns are those of amidi -l, where amidi has them: it hides the
# subdevices of some devices.
like_amidi() {
	sxlib ports >list || fail "exit status $?"
	amidi -l | awk 'NR > 1 && $2 ~ /,.*,/ { print $1, $2 }' >wanted
	[ -s wanted ] || fail "amidi lists nothing"
	awk 'NR > 1 { print $1, $2 }' list >got
	while read -r line; do
		grep -qxF "$line" got || fail "no line '$line'"
	done <wanted
}

direction() { # direction PORT WANTED
	want "direction of $1" "$(row "$1" | awk '{ print $1 }')" "$2"
}

both_and_input_only() {
	direction "$HOST,0,0" IO
	direction "$HOST,0,1" I
	row "$HOST,0,0" | grep -q 'Test Synth.*Synth' ||
		fail "no name, or no card id: $(row "$HOST,0,0")"
}

# The gadget has nothing behind the second port of one direction: what it sends
# into it is counted, and heard by nobody.
output_only() {
	usb_up 1 2
	direction "$HOST,0,0" IO
	direction "$HOST,0,1" O
	sxlib receive --port "$HOST,0,1" --timeout 3 --out got/ 2>err
	want "exit status" $? 4
	[ ! -e got ] || fail "made a folder"
	peer make 1 50 50 1 >sent.syx
	sxlib send --port "$HOST,0,1" sent.syx 2>err ||
		fail "cannot send: $?"
	want "bytes sent" "$(awk '/^Output 1/ { on = 1 }
		on && /Tx bytes/ { print $4; exit }' \
		/proc/asound/card"${HOST#hw:}"/midi0)" 50
}

input_only() {
	peer make 1 50 50 1 >sent.syx
	sxlib send --port "$HOST,0,1" sent.syx 2>err
	want "exit status" $? 4
	listen "$HOST,0,1" --timeout 1 --out got/
	ended 3
}

as_json() {
	sxlib ports --json >list || fail "exit status $?"
	grep -q "\"port\": \"$HOST,0,0\".*\"input\": true.*\"output\": true" \
		list || fail "$(cat list)"
}

busy() { # busy PORT: subdevice 0 is held, subdevice 1 is free
	peer hold "$HOST,0,0" in >held &
	wait_until "the port to be held" grep -q ready held
	sxlib receive --port "$1" --timeout 3 --out got/ >out 2>err
	want "exit status" $? 4
	grep -q "$HOST,0,0 is in use" err || fail "does not say what is in use"
	grep -q peer err || fail "does not say who has it"
	[ ! -e got ] || fail "made a folder"
}

by_name() { # by_name TEXT
	peer make 2 80 80 1 >sent
	listen "$1" -n 1 --split message --out got/
	grep -q "listening on $HOST,0,0" err || fail "listens elsewhere"
	play "$GADGET,0,0" <sent
	ended 0
	same sent
}

ambiguous() { # two ports fit: both are listed
	sxlib receive --port "test synth" --timeout 3 --out got/ 2>err
	want "exit status" $? 4
	grep -q "$HOST,0,0" err && grep -q "$HOST,0,1" err ||
		fail "does not list both"
}

watch() {
	sxlib ports --watch >list 2>err &
	wait_until "the first list" grep -q "$HOST,0,0" list
	usbmidi unplug
	wait_until "unplugging to be seen" \
		grep -q "$HOST,0,0 .*unplugged" list
	usbmidi plug
	wait_until "plugging in to be seen" \
		grep -q "$HOST,0,0 .*plugged in" list
	kill $!
}

clean() { # clean FILE: no byte in it that does something to a terminal
	[ -s "$1" ] || fail "$1 is empty"
	want "bytes of $1 that are no text" \
		"$(LC_ALL=C tr -d '\n\040-\176' <"$1" | wc -c)" 0
}

# Colours, a bell, a line of its own, a way out of the folder, and C1. The kernel
# takes all of them as they are.
hostile_name() {
	usbmidi unplug
	usbmidi name "$(printf -- '-\033[31m\a\nsudo ../x\302\233J Synth')"
	usbmidi plug
	HOST=$(usbmidi host)
	GADGET=$(usbmidi gadget)
	sxlib ports >list || fail "exit status $?"
	clean list
	want "lines" "$(wc -l <list)" 3
	row "$HOST,0,0" | grep -qF -- '-\x1b[31m\x07\x0asudo ../x\xc2\x9bJ Synth' ||
		fail "not escaped: $(cat list)"
	sxlib ports --json >json || fail "exit status $?"
	clean json
	want "lines" "$(wc -l <json)" 2
	grep -qF -- '-\u001b[31m\u0007\u000asudo ../x\u009bJ Synth' json ||
		fail "not escaped: $(cat json)"
	sxlib receive --port nowhere --out got/ 2>err
	want "exit status" $? 4
	clean err
	! grep '^sudo' err || fail "a line of the device's own"
	hostile_watch
}

# Its folder is named by the card's id, of which the kernel leaves no more than
# letters, digits and '_'.
hostile_watch() {
	sxlib ports --watch >watched 2>&1 &
	sxlib watch --port sudo --out out >said 2>&1 &
	wait_until "the port to be listened to" grep -q '^listening on' said
	peer make 1 50 50 1 >sent
	play "$GADGET,0,0" <sent
	wait_until "the dump" grep -q '50 bytes' said
	clean watched
	clean said
	kill_all
	find . -mindepth 1 >files
	clean files
	want "names outside" "$(ls | tr '\n' ' ')" \
		"err files json list out said sent watched "
	want "the folder" "$(ls out | LC_ALL=C tr -d 'A-Za-z0-9_\n')" ""
	usbmidi unplug
	usbmidi name "Test Synth"
}

t "no sound card at all: a header and exit 0" no_card
usb_up 2 1
t "the list begins with the columns of amidi -l" like_amidi
t "ports for both directions and for input only are told apart" \
	both_and_input_only
t "a list as JSON" as_json
t "hw:N,0,0 in use: exit 4" busy "$HOST,0,0"
t "hw:N,0 with subdevice 0 in use: exit 4, not subdevice 1" busy "$HOST,0"
t "hw:N with subdevice 0 in use: exit 4, not subdevice 1" busy "$HOST"
t "two ports of that name: both are listed, exit 4" ambiguous
t "a port that can only receive" input_only
t "a port that can only send" output_only
usb_up 1 1
t "a port by its card's id" by_name "hw:Synth,0"
t "a port by a part of its name" by_name "test synth"
t "ports --watch sees plugging and unplugging" watch
t "a device whose name is out to do harm" hostile_name
