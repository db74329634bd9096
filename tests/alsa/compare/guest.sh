# shellcheck shell=sh
# The jobs of the comparison, in the guest, each tool used as its manual says.
# compare.sh writes RUNS, JOBS, TOOLS and VERBOSE in front of this file.
#
# For each run of a job a line, its fields separated by tabs:
#
#	R JOB TOOL SENT LOST ALIEN STATUS CPU WALL FACT SAID
#
# SENT, LOST and ALIEN are bytes: LOST were sent and are not in the file, ALIEN
# are in the file and were not sent. CPU and WALL are seconds. FACT is what else
# there is to see, SAID is what the tool said. What means nothing is empty.
. case.sh

HERE=/tmp/job
DX7=4104
MIB=1048576

# --- a tool in the background -------------------------------------------------

# Leaves pid; in the end status and spent. out and err are what it says.
start() { # start COMMAND...
	(
		from=$(cut -d ' ' -f 1 /proc/uptime)
		"$@" >out 2>err &
		echo $! >pid
		wait $!
		echo $? >status
		{
			times
			echo "$from"
			cut -d ' ' -f 1 /proc/uptime
		} >spent
	) 2>/dev/null &
	RUNNER=$!
	wait_until "$1 to start" test -s pid
	PID=$(cat pid)
}

elektroid() { # elektroid COMMAND...: and its libraries
	start env LD_LIBRARY_PATH=/compare/lib elektroid-cli "$@"
}

# Wait for the tool to end by itself. 1: it does not.
await() { # await SECONDS
	tries=0
	while kill -0 "$RUNNER" 2>/dev/null; do
		tries=$((tries + 1))
		[ $tries -le $(($1 * 20)) ] || return 1
		usleep 50000
	done
	wait "$RUNNER"
}

# Wait, and then do not wait any more.
finish() { # finish SECONDS
	await "$1" && return
	state=$(awk '{ printf "%.0f", ($14 + $15) * 100 / hz / s }' hz=100 \
		s="$1" "/proc/$PID/stat")
	FACT="${FACT:+$FACT, }still there after $1 s at $state % CPU: killed"
	kill -KILL "$PID"
	wait "$RUNNER"
}

# --- receiving ----------------------------------------------------------------

QUIET=2 # seconds without data end a tool that can be told so

receive() { # receive TOOL: into FOLDER
	case $1 in
	amidi) start amidi -p "$RAW" -r "${FOLDER}got.syx" -t $QUIET ;;
	arecordmidi) start arecordmidi -p "$SEQ" "${FOLDER}got.mid" ;;
	# -v: a few lines before it begins, so that one can see when it does.
	elektroid) elektroid -v receive "$INDEX" "${FOLDER}got.syx" ;;
	midish) start smfrec -d "$SEQ" "${FOLDER}got.mid" ;;
	sxlib) start sxlib receive --port "$RAW" --out "${FOLDER}got/" \
		--timeout $QUIET ;;
	esac
}

input_open() {
	awk '/^Input 0/ { on = 1 } on && /Owner PID/ { found = 1 }
		END { exit !found }' "/proc/asound/card${HOST#hw:}/midi0"
}

# elektroid first asks the instrument who it is and empties its input.
emptied() {
	awk '/Using default/ { on = 1 } on && /: Timeout/ { found = 1 }
		END { exit !found }' err
}

listens() { # listens TOOL
	wait_until "$1 to open its port" input_open
	case $1 in
	elektroid) wait_until "elektroid to listen" emptied ;;
	midish) sleep 3 ;; # a bar to count in
	sxlib) wait_until "sxlib to listen" grep -q '^listening' err ;;
	esac
	usleep 300000
}

# These two have no time-out: a signal is their normal end.
stop_receiving() { # stop_receiving TOOL
	case $1 in
	arecordmidi | midish)
		sleep 2
		kill -INT "$PID"
		;;
	esac
	finish 20
}

# What is left when it is over: in all, and named in STORED.
collect() {
	STORED=
	: >all
	for file in "${FOLDER}got.syx" "${FOLDER}got.mid" \
		"${FOLDER}got"/*.syx "${FOLDER}got"/*.part; do
		[ -s "$file" ] || continue
		cat "$file" >>all
		STORED="${STORED:+$STORED }$(basename "$file" | sed 's/^.*-non-com.*al/*/')"
	done
}

report() { # report JOB TOOL [SENT [GOT]]
	sent='' lost='' alien=''
	if [ $# = 4 ]; then
		sent=$(stat -c %s "$3")
		syx lost "$3" "$4" >differ
		read -r lost alien <differ
	fi
	# The second line is that of the children: 0m0.12s 0m0.34s.
	seconds=$(awk 'NR == 2 { gsub("[ms]", " ")
			printf "%.2f\t", $1 * 60 + $2 + $3 * 60 + $4 }
		NR == 3 { from = $1 }
		NR == 4 { printf "%.2f", $1 - from }' spent)
	said=$(cat err out | sed 's/\x1b\[[0-9;]*m//g' | tr '\t\r' '  ' |
		grep -v '^[[:space:]]*$\|^DEBUG' | tail -n 8 | tr '\n' '|' |
		cut -c 1-600)
	printf 'R\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$sent" \
		"$lost" "$alien" "$(cat status)" "$seconds" "$FACT" "$said"
	[ -z "$VERBOSE" ] || ls -lR . >&2
}

# --- the jobs: each is called with a tool, in an empty folder -----------------

takes() { # takes JOB TOOL [ARGUMENT]... of peer send
	job=$1 tool=$2
	shift 2
	receive "$tool"
	listens "$tool"
	peer send "$GADGET,0,0" "$@" <"${PLAYED:-sent}" 2>broke ||
		FACT="nobody takes the rest"
	stop_receiving "$tool"
	collect
	report "$job" "$tool" sent all
}

burst_38400() {
	peer make 7 300 300 128 >sent
	takes burst_38400 "$1"
}

burst_300000() {
	peer make 8 300 300 1000 >sent
	takes burst_300000 "$1"
}

one_mib() {
	peer make 9 $MIB $MIB 1 >sent
	takes one_mib "$1"
}

dx7_bank() {
	peer make 1 $DX7 $DX7 1 >sent
	takes dx7_bank "$1"
}

# How often a tool is woken, all its threads together.
wake_ups() {
	cat "/proc/$PID"/task/*/status |
		awk '/^voluntary_ctxt/ { n += $2 } END { print n }'
}

# A dump at the speed of DIN, in the packets of 3 bytes that USB makes of it.
wire_speed() {
	peer make 3 12500 12500 1 >sent
	receive "$1"
	listens "$1"
	before=$(wake_ups)
	peer send "$GADGET,0,0" -r 3125 -c 3 <sent
	FACT="$(($(wake_ups) - before)) wake-ups"
	stop_receiving "$1"
	collect
	report wire_speed "$1" sent all
}

# The reader stands still for 2 s, as if it waited for a slow disk.
frozen() {
	QUIET=4
	peer make 2 20000 20000 1 >sent
	receive "$1"
	listens "$1"
	(
		sleep 2
		kill -STOP "$PID"
		sleep 2
		kill -CONT "$PID"
	) &
	peer send "$GADGET,0,0" -r 3125 -c 32 <sent
	stop_receiving "$1"
	collect
	report frozen "$1" sent all
}

full_disk() {
	mkdir disk
	mount -t tmpfs -o size=8k disk disk
	dd if=/dev/zero of=disk/other bs=1k count=8 2>/dev/null
	FOLDER=disk/
	peer make 1 $DX7 $DX7 1 >sent
	takes full_disk "$1"
	umount disk
}

nothing() {
	receive "$1"
	listens "$1"
	case $1 in
	arecordmidi | midish) ;;
	*) await 10 || FACT="waits on" ;;
	esac
	kill -INT "$PID" 2>/dev/null
	finish 10
	size=$(find got* -type f -exec stat -c %s {} + 2>/dev/null)
	FACT="${FACT:+$FACT, }${size:-no} ${size:+bytes in a }file"
	report nothing "$1"
}

# A message that comes at 20,000 bytes/s stops in its middle: sent is what has
# arrived of it.
into_the_middle() { # into_the_middle TOOL
	peer make 3 60000 60000 1 >whole
	QUIET=5
	receive "$1"
	listens "$1"
	before=$(arrived)
	peer send "$GADGET,0,0" -r 20000 -c 600 <whole 2>/dev/null &
	PLAYER=$!
	wait_until "half of it" arrived_since "$before" 20000
	kill -STOP "$PLAYER"
	usleep 500000
	head -c $(($(arrived) - before)) whole >sent
}

arrived() {
	awk '/^Input 0/ { on = 1 } on && /Rx bytes/ { print $4; exit }' \
		"/proc/asound/card${HOST#hw:}/midi0"
}

arrived_since() { # arrived_since BYTES MORE
	[ "$(arrived)" -ge $(($1 + $2)) ]
}

kept() { # kept JOB TOOL
	kill -KILL "$PLAYER"
	wait "$PLAYER"
	collect
	FACT="${FACT:+$FACT, }${STORED:-no file}"
	report "$1" "$2" sent all
}

unplug() {
	into_the_middle "$1"
	usbmidi unplug
	if ! await 8; then
		FACT="does not notice"
		kill -INT "$PID"
		finish 10
	fi
	usbmidi plug
	kept unplug "$1"
}

terminate() {
	into_the_middle "$1"
	kill -TERM "$PID"
	finish 10
	kept terminate "$1"
}

# A file that is there already, and a port that is not.
existing_file() {
	for file in old.syx old.mid; do
		echo "keep me" >$file
	done
	case $1 in
	amidi) start amidi -p hw:9,0,0 -r old.syx -t $QUIET ;;
	arecordmidi) start arecordmidi -p 99:0 old.mid ;;
	elektroid) elektroid receive 9 old.syx ;;
	midish) start smfrec -d 99:0 old.mid ;;
	sxlib) start sxlib receive --port hw:9,0,0 --out old.syx \
		--timeout $QUIET ;;
	esac
	if ! await 5; then
		FACT="goes on"
		kill -INT "$PID"
		finish 10
	fi
	for file in old.syx old.mid; do
		[ "$(cat $file)" = "keep me" ] || changed=$file
	done
	FACT="${FACT:+$FACT, }the file is ${changed:+gone: now $(stat -c %s \
		"$changed") bytes}"
	[ -n "$changed" ] || FACT="${FACT}as it was"
	report existing_file "$1"
}

realtime() {
	peer make 1 $DX7 $DX7 1 >sent
	syx clock <sent >dirty
	PLAYED=dirty
	takes realtime "$1" -r 20000 -c 64
}

# --- sending ------------------------------------------------------------------

# shellcheck disable=SC2086
send_with() { # send_with TOOL FILE: which has a twin that is a .mid
	case $1 in
	amidi) start amidi -p "$RAW" -s "$2.syx" ;;
	arecordmidi) start aplaymidi -p "$SEQ" "$2.mid" ;;
	elektroid) elektroid send "$2.syx" "$INDEX" ;;
	midish) start smfplay -d "$SEQ" "$2.mid" ;;
	sxlib) start sxlib send --port "$RAW" $FAST "$2.syx" ;;
	esac
}

gives() { # gives JOB TOOL SECONDS
	syx mid <sent.syx >sent.mid
	take_down "$GADGET,0,0" -i 2500
	send_with "$2" sent
	finish "$3"
	# What has not come after so long will not come.
	sleep 1
	kill "$TAKER" 2>/dev/null
	wait "$TAKER"
	report "$1" "$2" sent.syx heard
}

send_dx7_bank() {
	peer make 1 $DX7 $DX7 1 >sent.syx
	gives send_dx7_bank "$1" 60
}

send_one_mib() {
	# aplaymidi takes six minutes, as it has to be fit for a DIN cable.
	[ "$1" != arecordmidi ] || return 0
	peer make 9 $MIB $MIB 1 >sent.syx
	FAST="--rate max --delay 0"
	gives send_one_mib "$1" 60
}

# 1 KiB, twenty times: what it costs to start, send and be through.
send_short() {
	peer make 9 1024 1024 1 >sent.syx
	FAST="--quiet --rate max --delay 0"
	take_down "$GADGET,0,0" -i 4000
	case $1 in
	amidi | sxlib) ;;
	*) return 0 ;;
	esac
	export RAW FAST
	# shellcheck disable=SC2016
	case $1 in
	amidi) start sh -c 'for i in $(seq 20); do
		amidi -p "$RAW" -s sent.syx; done' ;;
	sxlib) start sh -c 'for i in $(seq 20); do
		sxlib send --port "$RAW" $FAST sent.syx; done' ;;
	esac
	finish 60
	sleep 1
	kill "$TAKER" 2>/dev/null
	wait "$TAKER"
	for _ in $(seq 20); do cat sent.syx; done >all
	report send_short "$1" all heard
}

send_alien() { # a file that is no MIDI at all
	seq 1 400 >alien.syx
	cp alien.syx alien.mid
	take_down "$GADGET,0,0" -i 2500
	send_with "$1" alien
	finish 30
	sleep 1
	kill "$TAKER" 2>/dev/null
	wait "$TAKER"
	FACT="${FACT:+$FACT, }$(stat -c %s heard) bytes arrived"
	report send_alien "$1"
}

heard_bytes() { # heard_bytes COUNT
	[ "$(stat -c %s heard)" -ge "$1" ]
}

send_terminate() {
	peer make 9 $MIB $MIB 1 >sent.syx
	syx mid <sent.syx >sent.mid
	take_down "$GADGET,0,0" -i 2500
	send_with "$1" sent
	tries=0
	until heard_bytes 2000 || ! kill -0 "$RUNNER" 2>/dev/null; do
		tries=$((tries + 1))
		[ $tries -lt 200 ] || break
		usleep 20000
	done
	kill -TERM "$PID" 2>/dev/null
	finish 15
	sleep 1
	kill "$TAKER" 2>/dev/null
	wait "$TAKER"
	size=$(stat -c %s heard)
	case $(tail -c 1 heard | xxd -p) in
	f7) FACT="${FACT:+$FACT, }$size bytes arrived, the last is F7" ;;
	'') FACT="${FACT:+$FACT, }no byte arrived" ;;
	*) FACT="${FACT:+$FACT, }$size bytes arrived, the message stays open" ;;
	esac
	report send_terminate "$1"
}

# --- times, of those that keep them: an event each 5 ms -------------------------

NOTES=1200

play_timing() {
	timing song $NOTES >song.mid
	timing notes $NOTES >sent
	take_down "$GADGET,0,0" -i 4000 -t times
	case $1 in
	arecordmidi) start aplaymidi -p "$SEQ" song.mid ;;
	sxlib) start sxlib play --port "$RAW" song.mid ;;
	esac
	finish 60
	sleep 1
	kill "$TAKER" 2>/dev/null
	wait "$TAKER"
	FACT=$(timing heard $NOTES <times)
	report play_timing "$1" sent heard
}

record_timing() {
	timing notes $NOTES >sent
	case $1 in
	arecordmidi) start arecordmidi -p "$SEQ" -t 500 take.mid ;;
	sxlib) start sxlib record --port "$RAW" --out take.mid ;;
	esac
	wait_until "$1 to open its port" input_open
	sleep 2
	peer send "$GADGET,0,0" -r 600 -c 3 <sent
	sleep 2
	kill -INT "$PID"
	finish 20
	FACT=$(timing file $NOTES <take.mid)
	report record_timing "$1"
}

# --- virtual: a port that others connect to -----------------------------------

virtual_takes() { # virtual_takes JOB TOOL
	RAW=virtual
	QUIET=4
	case $2 in
	amidi | sxlib) ;;
	*) return 0 ;;
	esac
	receive "$2"
	wait_until "the client" ours >client
	aconnect "$VIRMIDI" "$(tail -n 1 client)"
	usleep 500000
	peer send "$CARD,0,0" <sent 2>broke || FACT="nobody takes the rest"
	finish 15
	collect
	report "$1" "$2" sent all
}

virtual_dx7() {
	peer make 1 $DX7 $DX7 1 >sent
	virtual_takes virtual_dx7 "$1"
}

virtual_burst() {
	peer make 7 300 300 128 >sent
	virtual_takes virtual_burst "$1"
}

virtual_send() { # three messages, 10 ms apart
	case $1 in
	amidi | sxlib) ;;
	*) return 0 ;;
	esac
	peer make 7 300 300 3 >sent.syx
	take_down "$CARD,0,0" -i 2500
	case $1 in
	amidi) start amidi -p virtual -s sent.syx -i 10 ;;
	sxlib) start sxlib send --port virtual --delay 10 sent.syx ;;
	esac
	wait_until "the client" ours >client
	aconnect "$(tail -n 1 client)" "$VIRMIDI"
	finish 15
	kill "$TAKER" 2>/dev/null
	wait "$TAKER"
	report virtual_send "$1" sent.syx heard
}

# ------------------------------------------------------------------------------

run() { # run JOB TOOL
	rm -rf $HERE
	mkdir -p $HERE
	(
		cd $HERE || exit
		FOLDER='' FACT='' FAST='' PLAYED='' changed=''
		RAW=$HOST,0,0
		: >out
		: >err
		"$1" "$2"
	) || echo "$1 with $2 failed"
	[ ! -e $HERE/pid ] || kill -KILL "$(cat $HERE/pid)" 2>/dev/null
	kill_all
	wait
}

modp snd-seq && modp snd-seq-midi || exit 1
usb_up
SEQ=$(aconnect -l | awk -F '[ :]' '/^client.*Test Synth/ { print $2; exit }'):0
INDEX=$(env LD_LIBRARY_PATH=/compare/lib elektroid-cli ld |
	awk '/Test Synth/ { sub(":", "", $1); print $1 }')
for job in $JOBS; do
	case $job in
	virtual_*) [ -n "$CARD" ] || virtual_up ;;
	esac
	runs=1 tools=$TOOLS
	case $job in
	*_timing) tools=$(echo "$TOOLS" | tr ' ' '\n' | grep -x 'arecordmidi\|sxlib') ;;
	esac
	case $job in
	burst_* | one_mib | wire_speed | dx7_bank | realtime | send_one_mib | \
		send_short | send_dx7_bank | *_timing)
		runs=$RUNS ;;
	esac
	# Round by round, so that a busy host is no one tool's bad luck.
	while [ "$runs" -gt 0 ]; do
		for tool in $tools; do
			run "$job" "$tool"
		done
		runs=$((runs - 1))
	done
done
