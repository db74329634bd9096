# shellcheck shell=sh
# The main job as the README tells it: sixteen patterns, in one run and one at a
# time. The names are the README's; the next dump comes when the one before has
# been stored, as by hand.
. case.sh
usb_up

pattern() { # pattern N: one dump of an MBrane-like unit
	peer make "$1" 400 700 1
}

play_patterns() { # play_patterns FROM TO
	n=$1
	while [ "$n" -le "$2" ]; do
		pattern "$n" >one
		cat one >>sent
		play "$GADGET,0,0" <one
		wait_until "the file" paths "$n"
		n=$((n + 1))
	done
}

paths() { # paths COUNT: so many are printed
	[ "$(wc -l <out)" -ge "$1" ]
}

in_one_run() {
	listen "$HOST" -n 16 --out patterns/ --name 'pattern{n:02}'
	play_patterns 1 16
	ended 0
	files 16
	same sent
	want "the first" "$(head -n 1 out)" patterns/pattern01.syx
	want "the last" "$(tail -n 1 out)" patterns/pattern16.syx
}

# The loop is stopped after two rounds and goes on where it was.
in_a_loop() {
	: >all
	for i in 1 2 3 4; do
		listen "$HOST" -n 1 --timeout 60 --out loop/ \
			--name 'pattern{n:02}'
		pattern "$i" >one
		cat one >>sent
		play "$GADGET,0,0" <one
		ended 0
		cat out >>all
	done
	mv all out
	files 4
	same sent
	want "the last" "$(tail -n 1 out)" loop/pattern04.syx
}

# Ctrl-C ends the loop, too: the program dies of the signal.
loop_ends_by_ctrl_c() {
	for i in 1 2 3; do
		timeout -s INT 2 sxlib receive --port "$HOST" -n 1 \
			--timeout 60 --out loop/ 2>err
		status=$?
		[ $status = 0 ] || break
	done
	want "exit status" $status 130
}

fewer_than_asked() {
	pattern 1 >sent
	listen "$HOST" -n 2 --timeout 3 --out got/
	play "$GADGET,0,0" <sent
	ended 3
	files 1
	same sent
}

there_and_back() { # what was received is sent back as it was
	pattern 3 >sent
	listen "$HOST" -n 1 --out got/
	play "$GADGET,0,0" <sent
	ended 0
	take_down "$GADGET,0,0" -n "$(stat -c %s sent)"
	sxlib send --port "$HOST" got/ 2>err || fail "exit status $?"
	taken_down
	cmp heard sent
}

[ -n "$SHORT" ] || t "receive -n 16 takes sixteen patterns" in_one_run
t "a shell loop takes one at a time, and the numbers go on" in_a_loop
t "Ctrl-C ends the loop as well" loop_ends_by_ctrl_c
t "fewer than asked for: exit 3, and what came is kept" fewer_than_asked
t "a dump that was received is sent back as it was" there_and_back
