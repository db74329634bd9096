#!/bin/bash
# faults.sh [--plant] FOLDER [NAME]...: does the suite see a fault? Plants one at a time in
# a copy of the sources in FOLDER, builds, and runs the groups of cases that
# ought to turn red. All of them, or those whose name has a NAME in it. Exit
# status 1 if one of them stays green. A few minutes; not part of any other run.
# --plant only plants: can each still be? (make check-house)
set -u
plant=
[ "${1-}" = --plant ] && plant=1 && shift

here=$(cd "$(dirname "$0")" && pwd)
folder=${1:?a folder for the copy}
shift
names=("$@")
tree=$folder/tree
rm -rf "$tree"
mkdir -p "$tree"
cp -r "$here"/../../{src,include,tests,docs,Makefile} "$tree" || exit
tree=$(cd "$tree" && pwd)
cd "$tree" || exit
build=$folder/build
mkdir -p "$build"
build=$(cd "$build" && pwd)

wanted() { # wanted FAULT
    [ ${#names[@]} -gt 0 ] || return 0
    for name in "${names[@]}"; do
        case $1 in *"$name"*) return 0 ;; esac
    done
    return 1
}

make_it() {
    make -j2 BUILD="$build" CFLAGS='-O1 -g -w' "$@" >"$build/make.log" 2>&1 || {
        tail "$build/make.log"
        return 1
    }
}

# What is replaced must be there once, or the fault is not what it says.
replace() { # replace FILE OLD NEW [OLD NEW]...
    python3 -c '
import sys
path, edits = sys.argv[1], sys.argv[2:]
text = open(path).read()
for old, new in zip(edits[::2], edits[1::2]):
    if text.count(old) != 1:
        sys.exit("%s: %d times: %s" % (path, text.count(old), old))
    text = text.replace(old, new)
open(path, "w").write(text)' "$@"
}

green=0
# fault NAME TEST FILE OLD NEW [OLD NEW]...: TEST is "alsa" and the arguments of run.sh, or
# "unit" and a name. There B is the build.
fault() {
    wanted "$1" || return 0
    cp "$3" "$folder/kept"
    set -- "$1" "${2/ B / $build }" "${@:3}"
    if ! replace "${@:3}"; then
        echo "NOT PLANTED: $1"
        green=$((green + 1))
    elif [ -n "$plant" ]; then
        :
    elif case $2 in
        unit*) make_it all unit && tests/run.sh ${2#* } ;;
        *) make_it all alsa && tests/alsa/run.sh --first ${2#* } ;;
        esac >"$folder/log" 2>&1; then
        echo "GREEN: $1: ${2/$build/B}"
        green=$((green + 1))
    elif grep -q ' passed, ' "$folder/log" && ! grep -q 'FAILED (status 125)' "$folder/log"; then
        echo "red: $1: $(grep -m 1 -o 'not ok.*' "$folder/log" | cut -c 1-90)"
    else
        echo "NOT BUILT: $1: $(tail -n 2 "$folder/log")"
        green=$((green + 1))
    fi
    cp "$folder/kept" "$3"
}

alsa=src/midi_io/alsa.c
ring=src/midi_io/ring.c
sender=src/session/sender.c

# --- in -----------------------------------------------------------------------
fault "the ring is not enlarged" "alsa --short B overrun" $alsa \
    '#define RING_MOST  ((size_t)1 << 20)' '#define RING_MOST  ((size_t)4 << 10)'
fault "a loss is ignored" "alsa --short B overrun" $ring \
    'in->lost_after = pass_hole(r);' '(void)pass_hole(r);'
fault "a loss is marked where the reader is" "alsa --short B overrun" $ring \
    'add_hole(r, r->consumed + r->size);' 'add_hole(r, r->consumed + 1);'
fault "every full ring is a loss" "unit B test_ring" $ring \
    'bool more = arrived < 0;' 'bool more = true;'
fault "losses are those that the kernel counts" \
    "alsa -k newest B overrun" $alsa \
    'return rx == -1 ? -1 : rx - a->base;' 'return rx == -1 ? -1 : 0;'
fault "bytes in doubt pass for right" "unit B test_ring" $ring \
    'in->doubt = ring_took(' '(void)ring_took('
fault "says that it listens before it does" "alsa --short B receive" \
    src/cli/receive.c 'if (sx_capture_begin(cap, r->o.rules.gap, &r->c->err) == -1)' \
    'extern int usleep(unsigned);
	say(r->c, "listening on %s", r->port_name);
	usleep(300000);
	if (sx_capture_begin(cap, r->o.rules.gap, &r->c->err) == -1)'
fault "the intake waits for the disk" "alsa B stall" src/session/intake.h \
    '#define INTAKE_LIMIT  ((size_t)64 << 20)' \
    '#define INTAKE_LIMIT  ((size_t)64 << 10)'
fault "a dump that unplugging cut is not damaged" "alsa B unplug" src/sysex/dump.c \
    '[SX_END_UNPLUGGED] = SX_DAMAGE_UNPLUGGED,' \
    '[SX_END_UNPLUGGED] = SX_DAMAGE_NONE,'
fault "data after a cut vanish" "alsa --short B serial" src/sysex/dump.c \
    '|| (stray && !lone);' ';'
fault "whole dumps that are lost are not missed" "alsa --short B overrun" \
    src/sysex/dump.c 'c->loss |= between;' '(void)between;'
fault "a part is not locked" "unit B unit/test_" src/store/part.c \
    'if (flock(fd, LOCK_EX | LOCK_NB) == 0)' 'if (fd != -1)'

# --- out ----------------------------------------------------------------------
fault "neither paced nor drained" "alsa --short B send" $alsa \
    'return avail < a->out_size ? (ssize_t)(a->out_size - avail) : 0;' 'return 0;' \
    'int rc = snd_rawmidi_drain(a->out);' 'int rc = 0;'
fault "no pace" "alsa --short B send" src/session/pace.c \
    'if (p->rate == 0)
		return p->total - sent;' 'if (sent <= p->total)
		return p->total - sent;'
fault "no F7 when a message is given up" "alsa --short B send" $sender \
    'see_off(io, &eox, 1, e) == -1' 'see_off(io, &eox, 0, e) == -1'
fault "bytes are put in while others leave" "alsa --short B send" $alsa \
    'if (put != 0)
		return put == -1 ? -1 : 0;
	if (a->filled && alsa_drain(io, e) == -1)
		return -1;' '' 'output ? size - 1 : 1' '1' \
    '#define RING_MOST  ((size_t)1 << 20)' '#define RING_MOST  ((size_t)4 << 10)'
fault "what the UART's driver holds is forgotten" "alsa --short B serial" $alsa \
    '#define UART_BUFFER ((size_t)32 << 10)' '#define UART_BUFFER ((size_t)0)'
fault "a receiver that takes nothing is waited for" "alsa B serial" src/session/sender.h \
    '#define SENDER_STUCK_US 5000000' '#define SENDER_STUCK_US 60000000'
fault "the room of who listens to virtual is not asked" "alsa B virtual" \
    src/midi_io/alsa_seq.c 'if (n > 0 && room)' 'if (n > 0)'

# --- files ---------------------------------------------------------------------
fault "a new name on FAT is not synced" "alsa --short B stick" src/store/place.c \
    'fs.f_type == MSDOS_SUPER_MAGIC' 'false'

# --- which port -----------------------------------------------------------------
fault "the subdevice is left out of hw:N,M" "alsa B ports" $alsa \
    '(a->io.name = strdup(port->name)) == NULL' \
    '(a->io.name = strdup(spec)) == NULL'
fault "the owner of a port is not looked for" "alsa B ports" \
    src/midi_io/alsa_seq_list.c '!hw_owner(s, b.owner)' 'true'
fault "want of permission passes for no card" "alsa B refuse" \
    src/midi_io/alsa_list.c 'list->n == before && some_card_forbidden()' 'false'
fault "out is made before the port is open" "alsa B refuse" src/cli/receive.c \
    'r->session = sx_session_new(e);' \
    'r->store = sx_store_open(&r->o.store, e); r->session = sx_session_new(e);'

if [ $green = 0 ] && [ -n "$plant" ]; then
    echo "every fault can be planted"
elif [ $green = 0 ]; then
    echo "every fault was seen"
else
    echo "$green were not seen"
    exit 1
fi
