# shellcheck shell=sh
# seq:CLIENT:PORT: ports of the sequencer, which sxlib connects itself with.
# virmidi is a client without a queue that can be seen, the USB interface one
# that can, "virtual" of another sxlib a program.
. case.sh
modp snd-seq && modp snd-seq-midi || exit 1
virtual_up
usb_up 2 1

client_named() { # client_named NAME: its number
	aconnect -l | awk -F "[ :']" -v name="'$1'" '
		/^client/ && index($0, name) { print $2; exit }' | grep .
}

host_id() {
	cat /proc/asound/card"${HOST#hw:}"/id
}

in_sequencer() { # USB: the interface's client
	wait_until "the interface in the sequencer" \
		client_named "Test Synth" >/dev/null
	USB=seq:$(client_named "Test Synth")
}

in_sequencer

virtual_of() { # virtual_of PID: the port of that sxlib
	aconnect -l | awk -F '[ :]' -v pid="pid=$1]" '
		/^client/ && index($0, pid) { print $2 ":0"; exit }' | grep .
}

# --- names ---------------------------------------------------------------------

ports_are_listed() {
	sxlib ports >out 2>err
	! grep -q seq: out || fail "ports of the sequencer without --all"
	sxlib ports --all >out 2>err
	grep -q "^IO *seq:${VIRMIDI%:*}:0 .*VirMIDI" out || fail "no virmidi: $(cat out)"
	grep -q "^IO *$USB:0 .*Test Synth" out || fail "no interface"
	grep -q "^I  *$USB:1 " out || fail "no second input"
	! grep -q 'seq:0:' out || fail "the system is listed"
	sxlib ports --all --json >out
	grep -q "\"port\": \"$USB:0\".*\"hardware\": \"$HOST,0,0\"" out ||
		fail "not known as the same hardware: $(cat out)"
}

# Not those of sxlib's own that only it may connect.
hidden() {
	listen "$USB:0" --out got/
	sxlib ports --all >list
	! grep -qi "  sxlib" list || fail "a port without export is listed: $(cat list)"
	kill -INT $SXLIB
	ended 3
	listen virtual --out got/
	sxlib ports --all >list
	grep -q "sxlib" list || fail "virtual is not listed"
	kill -INT $SXLIB
	ended 3
}

never_a_default() {
	for command in "receive -n 1" "identify"; do
		# shellcheck disable=SC2086
		sxlib $command >out 2>err
		status=$?
		want "exit status" $status 4
		! grep -q seq: err || fail "offers one of the sequencer"
	done
}

named() { # named NAME...: each of them means the interface's first input
	peer make 1 100 100 1 >sent
	for name; do
		listen "$name" -n 1 --out got/
		play "$GADGET,0,0" <sent
		ended 0
		same sent
		rm -r got
	done
}

refused() { # refused STATUS TEXT ARGUMENT...
	status=$1
	text=$2
	shift 2
	sxlib "$@" >out 2>err
	want "exit status" $? "$status"
	grep -q -- "$text" err || fail "does not say '$text'"
}

# --- both ways -----------------------------------------------------------------

arrives() { # arrives PORT PLAYED BYTES COUNT [ARGUMENT]... of peer send
	peer make "$3" "$3" "$3" "$4" >sent
	from=$1
	played=$2
	count=$4
	shift 4
	listen "$from" -n "$count" --split message --out got/
	play "$played,0,0" "$@" <sent
	ended 0
	files "$count"
	same sent
}

leaves() { # leaves PORT HEARD BYTES COUNT [ARGUMENT]... of sxlib send
	peer make 1 "$3" "$3" "$4" >sent
	to=$1
	take_down "$2,0,0" -n $(($3 * $4))
	shift 4
	sxlib send --port "$to" --delay 0 "$@" sent >out 2>err
	want "exit status" $? 0
	taken_down
	cmp heard sent || fail "what arrived differs"
}

paced() { # it never is more than an interface buffers ahead of a cable
	leaves "$USB:0" "$GADGET" 4104 1
	[ "$(fact 3)" -le 96 ] || fail "$(fact 3) bytes ahead of the wire"
}

# An answer comes through the same port.
both_ways() {
	take_down "$GADGET,0,0" -n 6
	sxlib send --port "$USB:0" --hex "F0 7E 7F 06 01 F7" --wait 30 \
		>out 2>err &
	SXLIB=$!
	taken_down
	printf '\360\176\001\006\002\101\001\002\003\004\005\006\007\010\367' |
		play "$GADGET,0,0"
	wait_until "the answer" grep -qi 'F0 7E 01 06 02 41' out
	kill -INT $SXLIB
	ended 130
}

monitors() {
	sxlib monitor --port "$USB:0" >out 2>err &
	SXLIB=$!
	wait_until "it to listen" listening
	printf '\220\074\100\200\074\000' | play "$GADGET,0,0"
	wait_until "the notes" grep -q C out
	kill -INT $SXLIB
	ended 0
}

records_and_plays() {
	sxlib record --port "$USB:0" --out take.mid >out 2>err &
	SXLIB=$!
	wait_until "it to listen" listening
	printf '\220\074\100\200\074\000\360\175\001\002\367' |
		play "$GADGET,0,0"
	usleep 500000
	kill -INT $SXLIB
	ended 0
	take_down "$GADGET,0,0" -n 11
	sxlib play --port "$USB:0" take.mid >out 2>err
	want "exit status" $? 0
	taken_down
	printf '\220\074\100\200\074\000\360\175\001\002\367' | cmp - heard ||
		fail "what was played differs"
}

# --- loss ----------------------------------------------------------------------

whole_or_damaged() { # whole_or_damaged PORT PLAYED BYTES
	peer make 2 "$3" "$3" 1 >sent
	listen "$1" --split message --out got/
	peer send "$2,0,0" <sent 2>/dev/null
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

queue_fact() { # queue_fact NAME: of sxlib's input in the sequencer
	awk -v name="$1" '/^Client/ { ours = $0 ~ /"sxlib"/; input = 0 }
		ours && /Input pool/ { input = 1 }
		ours && input && index($0, name) { print $NF; exit }' \
		/proc/asound/seq/clients
}

# It has thrown events away since it had failed so often, or there are no more.
overflows() { # overflows FAILURES
	[ "$(queue_fact "Alloc failures")" -gt "$1" ] || gone $FLOOD
}

# A random stream, and a program that stands still again and again, but for the
# last 30 messages, which come slowly.
stops() { # stops PORT PLAYED SEED COUNT RATE
	listen "$1" --timeout 12 --split message --out got/
	peer make "$3" 300 6000 "$4" >stream
	peer make "$3" 300 6000 $(($4 + 30)) |
		tail -c +$(($(wc -c <stream) + 1)) >calm
	peer send "$2,0,0" -r "$5" -c 256 <stream 2>/dev/null &
	FLOOD=$!
	while kill -0 $FLOOD 2>/dev/null; do
		kill -STOP $SXLIB
		wait_until "its queue to run over" \
			overflows "$(queue_fact "Alloc failures")"
		kill -CONT $SXLIB
		usleep 150000
	done
	wait $FLOOD
	play "$2,0,0" -r 20000 -c 256 <calm
	ended 5
	# What the sequencer keeps is 2000 cells; it throws away all of them.
	judge "$3" 300 6000 $(($4 + 30)) 56000 "$(grep -c 'lost between' err)" <out ||
		fail "that is not honest"
}

# The queue of a program that stands still is waited for.
waits_for_a_program() { # waits_for_a_program BYTES SECONDS
	peer make 3 "$1" "$1" 1 >sent
	listen virtual -n 1 --split message --out got/
	kill -STOP $SXLIB
	sxlib send --port "seq:$(virtual_of $SXLIB)" --rate max sent 2>err.send &
	SENDER=$!
	sleep "$2"
	kill -CONT $SXLIB
	wait $SENDER
	want "exit status of the sender" $? 0
	ended 0
	files 1
	same sent
}

stops_for_good() {
	peer make 3 200000 200000 1 >sent
	listen virtual -n 1 --split message --out got/
	kill -STOP $SXLIB
	sxlib send --port "seq:$(virtual_of $SXLIB)" --rate max sent 2>err.send
	want "exit status of the sender" $? 1
	grep -q 'accepts no more bytes' err.send || fail "does not say why"
}

# A program that sends dies in the middle of a dump.
dies() { # dies SIGNAL
	peer make 4 20000 20000 1 >sent
	sxlib send --port virtual sent 2>err.send &
	SENDER=$!
	wait_until "the sender" virtual_of $SENDER
	sxlib receive --port "seq:$(virtual_of $SENDER)" --split message \
		--out got/ >out 2>err &
	SXLIB=$!
	wait_until "a part" has_part
	usleep 500000
	kill -"$1" $SENDER
	wait $SXLIB
	want "exit status" $? 4
	want "files" "$(wc -l <out)" 1
	grep -q damaged out || fail "passes for whole"
	head -c "$(wc -c <"$(cat out)")" sent >begin
	[ "$1" = INT ] || cmp "$(cat out)" begin || fail "not what was sent"
	grep -q 'went away' err || fail "does not say why"
}

has_part() {
	find got -name '*.part' 2>/dev/null | grep -q .
}

# A receiver dies in the middle of a dump.
receiver_dies() {
	peer make 4 20000 20000 1 >sent
	listen virtual --split message --out got/
	sxlib send --port "seq:$(virtual_of $SXLIB)" sent 2>err.send &
	SENDER=$!
	wait_until "a part" has_part
	kill -KILL $SXLIB
	wait $SENDER
	want "exit status" $? 4
	grep -q 'went away' err.send || fail "does not say why"
}

unplugged() {
	peer make 4 9000 9000 1 | head -c 5000 >"open"
	listen "$USB:0" --split message --out got/
	play "$GADGET,0,0" <"open"
	wait_until "a part" has_part
	usbmidi unplug
	ended 4
	usbmidi plug
	HOST=$(usbmidi host)
	GADGET=$(usbmidi gadget)
	in_sequencer
	head -c "$(wc -c <"$(cat out)")" "open" | cmp - "$(cat out)" ||
		fail "not what was sent"
	grep -q unplugged err || fail "does not say why it is damaged"
}

# Its port is its own: others neither connect with it nor disconnect it.
left_alone() {
	peer make 4 300 300 1 >sent
	listen "$USB:0" --split message -n 1 --out got/
	aconnect -x
	! aconnect "$VIRMIDI" "$(virtual_of $SXLIB)" 2>/dev/null ||
		fail "another one connects"
	play "$GADGET,0,0" <sent
	ended 0
	same sent
}

many_connects() { # many_connects COUNT
	round=0
	listen virtual --split message --out got/ --all
	to=seq:$(virtual_of $SXLIB)
	printf '\360\175\001\367' >one
	while [ $round -lt "$1" ]; do
		sxlib send --port "$to" --delay 0 one >/dev/null 2>err.send ||
			fail "round $round: $(cat err.send)"
		round=$((round + 1))
	done
	wait_until "$1 files" has_files "$1"
	kill -INT $SXLIB
	ended 0
	want "clients left" "$(aconnect -l | grep -c 'type=user')" 0
}

has_files() {
	[ "$(wc -l <out)" -ge "$1" ]
}

# --- watch ---------------------------------------------------------------------

watch() { # watch ARGUMENT...
	sxlib watch --out got --split message "$@" >out 2>err &
	SXLIB=$!
}

listens_to() { # listens_to N: so many times in all
	kill -0 "$SXLIB" 2>/dev/null || fail "sxlib has ended early"
	[ "$(grep -c '^listening on' err)" -ge "$1" ]
}

comes_back() {
	watch --port seq:sxlib
	wait_until "it to say so" grep -q 'waiting for one' err
	for round in 1 2 3; do
		peer make $round 300 300 1 >sent.$round
		sxlib send --port virtual sent.$round 2>err.send ||
			fail "$(cat err.send)"
		wait_until "file $round" has_files $round
	done
	kill -TERM $SXLIB
	ended 0
	cat sent.1 sent.2 sent.3 >sent
	same sent
	want "folders" "$(ls got)" sxlib
}

# All hardware through the sequencer: rawmidi of the same interface is for others.
beside_others() {
	watch --seq
	wait_until "the ports" listens_to 2
	! grep -q "VirMIDI\|Through" err || fail "what is no hardware"
	watched=$SXLIB
	peer make 1 300 300 1 >sent
	sxlib receive --port "$USB:0" -n 1 --out other/ >out.other 2>err.other &
	OTHER=$!
	wait_until "the other" grep -q '^listening' err.other
	play "$GADGET,0,0" <sent
	wait $OTHER
	want "exit status of the other" $? 0
	wait_until "a file" has_files 1
	same sent
	usbmidi unplug
	wait_until "it to be gone" grep -q 'went away\|unplugged' err
	usbmidi plug
	HOST=$(usbmidi host)
	GADGET=$(usbmidi gadget)
	wait_until "the ports again" listens_to 4
	SXLIB=$watched
	peer make 2 300 300 1 >sent2
	play "$GADGET,0,0" <sent2
	wait_until "a second file" has_files 2
	kill -TERM $SXLIB
	ended 0
	# As they are called without --seq.
	want "folders of the interface" "$(ls got | grep -c "^$(host_id)-0-[01]$")" 2
	in_sequencer
}

# A DAW, or what PipeWire does: a client that is connected with the interface.
busy_through_the_sequencer() {
	listen "$USB:0" --out got/
	refused 4 "is in use by another program" receive -n 1 --port "$HOST"
	grep -q "connected through the sequencer with: sxlib" err ||
		fail "does not say with whom: $(cat err)"
	grep -q -- "--port 'seq:Test Synth:0'" err || fail "knows no way around"
	kill -INT $SXLIB
	ended 3
}

busy_itself() {
	peer hold "$HOST,0,0" in >held &
	HOLDER=$!
	wait_until "it to be held" grep -q ready held
	refused 4 "in use by peer (process $HOLDER)" \
		receive -n 1 --port "$HOST"
	refused 4 "in use by peer (process $HOLDER)" \
		receive -n 1 --port "$USB:0"
}

output_busy() {
	aconnect "$VIRMIDI" "${USB#seq:}:0" || fail "cannot connect"
	refused 4 "connected through the sequencer with: Virtual Raw MIDI" \
		send --port "$HOST" /tmp/small.syx
	aconnect -x
}

peer make 1 300 300 1 >/tmp/small.syx
t "a port that is busy through the sequencer says with whom" \
	busy_through_the_sequencer
t "a port that a program has open says which" busy_itself
t "an output that is busy through the sequencer says so" output_busy
t "ports of the sequencer are listed with --all" ports_are_listed
t "ports that only sxlib may connect are hidden" hidden
t "a port of the sequencer is never a default" never_a_default
t "numbers, names and parts of names" named "$USB:0" "$USB:MIDI 1" \
	"seq:Test Synth:0" "seq:test synth:midi 1" "seq:t Syn:0" \
	"seq:\"Test Synth\":0"
t "a client with two inputs has to be told which" \
	refused 4 "matches 2 ports" receive -n 1 --port "seq:Test Synth"
t "an input is no output" refused 4 "has no output" \
	send --port "$USB:1" --hex "F0 7D 00 F7"
t "no such client" refused 4 "no such port" receive -n 1 --port seq:nobody
t "a name that is none" refused 2 "seq:CLIENT" receive -n 1 --port seq:
for bytes in 5 300 4104 16355; do
	t "$bytes bytes come in from virmidi" \
		arrives "seq:$VIRMIDI" "$CARD" $bytes 1
	t "$bytes bytes come in from an interface" \
		arrives "$USB:0" "$GADGET" $bytes 1 -r 20000 -c 64
	t "$bytes bytes go out to virmidi" leaves "seq:$VIRMIDI" "$CARD" $bytes 1
	t "$bytes bytes go out to an interface" \
		leaves "$USB:0" "$GADGET" $bytes 1
done
t "128 messages of 300 bytes come in" arrives "seq:$VIRMIDI" "$CARD" 300 128
t "300,000 bytes go out to an interface as fast as it takes them" \
	leaves "$USB:0" "$GADGET" 300000 1 --rate max
t "--rate max is refused where nobody tells what there is room for" \
	refused 1 "may lose bytes" send --port "seq:$VIRMIDI" --rate max \
	/tmp/small.syx
t "what goes out is paced like a cable" paced
t "a question and its answer" both_ways
t "monitor" monitors
t "record, and play it back" records_and_plays
for bytes in 65536 1000000; do
	t "$bytes bytes in a burst from virmidi: whole, or damaged" \
		whole_or_damaged "seq:$VIRMIDI" "$CARD" $bytes
	t "$bytes bytes in a burst from an interface: whole, or damaged" \
		whole_or_damaged "$USB:0" "$GADGET" $bytes
done
for seed in 1 2 3; do
	[ $seed = 1 ] || [ -z "$SHORT" ] || continue
	t "random stream $seed from virmidi to a program that stops is honest" \
		stops "seq:$VIRMIDI" "$CARD" $seed 400 200000
	t "random stream $seed from an interface to a program that stops is honest" \
		stops "$USB:0" "$GADGET" $seed 400 100000
done
t "300,000 bytes to a program that stands still for 2 s" \
	waits_for_a_program 300000 2
t "a receiver that stops for good is reported" stops_for_good
t "a sender is killed in the middle of a dump" dies KILL
t "a receiver is killed in the middle of a dump" receiver_dies
t "an interface is unplugged in the middle of a dump" unplugged
t "other programs neither connect with it nor disconnect it" left_alone
t "watch: a client that goes and comes back" comes_back
t "watch --seq: an interface that others use as well" beside_others
connects=1000
[ -z "$SHORT" ] || connects=50
t "$connects connects" many_connects $connects
