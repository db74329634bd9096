#!/bin/sh
# house.sh CC BUILD: the rules of docs/architecture.md, enforced. Each header
# compiles alone; each room includes only what it may, and what was built of
# src/collection and src/exchange looks up to no room above it; only one file
# knows each library; no two static functions have the same name; the page names
# each file; the tables of the built-in instruments are small and hold no
# addresses.
set -u
cc=$1
build=$2
bad=0
complain() {
    echo "house: $*" >&2
    bad=1
}

for h in include/sxlib/*.h; do
    printf '#include "sxlib/%s"\n' "$(basename "$h")" |
        $cc -std=c17 -D_GNU_SOURCE -Wall -Wextra -Wpedantic -Werror -Iinclude \
            -x c -fsyntax-only - || complain "$h does not compile alone"
done

may() { # may ROOM HEADER...: files of src/ROOM include no other sxlib header
    room=$1
    shift
    allowed=$(echo "$*" | tr ' ' '|')
    found=$(grep -n '#include "sxlib/' "src/$room"/*.[ch] 2>/dev/null |
        grep -vE "\"sxlib/($allowed)\.h\"")
    [ -z "$found" ] || complain "src/$room may not include: $found"
}
may session err framer maker device dump midi_io session
may sysex err framer handshake maker device dump stray identity slot request firmware sds channel channel_state instrument natural learn sounds recast fields snapshot knobs steps
may midi_io err midi_io
may store err framer maker device dump stray notes store pending archiver keeper reader take rewrite snapshot
may config err maker device config instrument request natural nearest text reader sounds example teach user proof recall_map knobs channel
may collection err text dump maker reader store natural firmware request instrument learn record items rows list teach same findings pairs fields walk sounds sound_list ref recast pick arrange twins sound_diff find html list_page
may term err text fit walk writer midi_io nearest maker dump record sounds steps fields pairs
may instruments config
may panel err dump html text clock led panel status_page thread
may exchange err framer maker device dump identity items request midi_io notes session store pending archiver asker targets fetch talk ask who back audio stream instrument record reader walk channel_state player sds samples load natural send take recorder channel monitor firmware upgrade keeper keeping saver disk capture watch hook user slot answers ports pick recast recall_map recall_set recall_machine recall handshake offer snapshot knobs auto panel display led status_page show thread text

never() { # never ROOM PATTERN: it has no header of others, and prints nothing
    found=$(grep -n '#include "' src/"$1"/*.[ch] | grep -vE '"(sxlib/[a-z_]+|[a-z_]+)\.h"')
    [ -z "$found" ] || complain "src/$1 may not include: $found"
    found=$(grep -nE "\b($2|v?printf|puts|putchar|perror|isatty)\(|\b(stdin|stdout|stderr)\b" \
        src/"$1"/*.[ch])
    [ -z "$found" ] || complain "src/$1 never prints: $found"
}
never collection 'v?fprintf|fputs|f?putc'
never panel 'v?dprintf|syslog'
never exchange 'v?dprintf|syslog' # text is put together in streams in memory

for f in tests/cli/test_*; do
    [ -x "$f" ] || complain "$f would not be run: it is not executable"
done
for f in src/collection/*.c src/exchange/*.c src/cli/*.c src/term/*.c src/session/*.c src/midi_io/*.c src/panel/*.c; do
    [ -f "$build/${f%.c}.o" ] || complain "$f is not built"
done
twice=$(awk '/^static / { static = !/[;{=]/; next }
    static && match($0, /^[a-z0-9_]+\(/) { print substr($0, 1, RLENGTH - 1) }
    { static = 0 }' src/*.c src/*/*.c | sort | uniq -d)
[ -z "$twice" ] || complain "static functions of several files: $twice"

names() { # names OPTION ROOM: its global symbols, but for those of compilers
    for f in src/"$2"/*.c; do
        nm -g "$1" "$build/${f%.c}.o"
    done | awk 'NF > 1 && $NF !~ /^_/ { print $NF }' | sort -u
}
shared() { # shared ROOM OTHER: what the first uses of the other
    { names --defined-only "$2"; names --undefined-only "$1"; } | sort | uniq -d
}
looks_up() { # looks_up ROOM OTHER...: it uses nothing of the others
    below=$1
    shift
    found=$(names --defined-only "$below" | grep -v '^sx_')
    [ -z "$found" ] || complain "src/$below exports names without sx_: $found"
    for room; do
        found=$(shared "$below" "$room")
        [ -z "$found" ] || complain "src/$below looks up into $room: $found"
    done
}
looks_up collection exchange cli term session midi_io
looks_up exchange cli term
found=$(shared term cli)
[ -z "$found" ] || complain "src/term knows no command, but uses: $found"
looks_up panel cli term exchange session store midi_io

only() { # only FILES PATTERN: no other source includes this
    found=$(grep -rlE "#include <$2" src include | grep -vxE "$1")
    [ -z "$found" ] || complain "only $1 may include <$2...>: $found"
}
only "src/midi_io/alsa(_list|_seq(_list|_peer|_in|_queue)?)?\.[ch]" "alsa/"
only "src/store/smf\.c" '(smf\.h|glib)'
only "src/audio/sxlib-audio\.c" "sndfile"

found=$(grep -rnE '\bsx_part_|store/part' src include | grep -v '^src/store/')
[ -z "$found" ] || complain "parts are private to src/store: $found"
found=$(grep -rlE '\bsx_part_' tests | grep -vE '^tests/(unit|fuzz|house\.sh)')
[ -z "$found" ] || complain "parts are private to src/store and its unit tests: $found"
found=$(grep -nE '#include "[^"]*/' tests/unit/test_fetch.c | grep -v '"sxlib/')
[ -z "$found" ] || complain "tests/unit/test_fetch.c shows what the contracts alone can do: $found"
found=$(grep -n '#include "term/\(say\|status\|json\|opt\)\.h"' src/term/cli.h)
[ -z "$found" ] || complain "each file of src/cli includes what it uses: $found"
found=$(grep -nE '#include "[^"]*/' src/*.[ch] src/*/*.[ch] | grep -vE '"sxlib/[a-z_]+\.h"' |
    grep -vE '^src/(main\.c|(cli|term)/[a-z_]+\.[ch]):[0-9]+:#include "term/[a-z]+\.h"' |
    grep -vE '^src/(main\.c:[0-9]+:#include "cli/|instruments/tables\.c:)')
[ -z "$found" ] || complain "a room has its own headers and the contracts: $found"

io='\b(open|read|write|close|fopen|printf|clock_gettime|time)\('
found=$(grep -nE "$io" src/sysex/*.c | grep -v '^[^:]*:[^:]*:\s*\*')
[ -z "$found" ] || complain "src/sysex does no I/O and knows no clock: $found"
for banned in atoi atol atof strcpy strcat sprintf gets; do
    found=$(grep -nE "\b$banned\(" -r src include)
    [ -z "$found" ] || complain "$banned is banned: $found"
done
for f in src/*.c src/*/*.c; do
    case $(basename "$f") in
    sim_*) continue ;; # by name
    esac
    grep -qwF "$(basename "$f")" docs/architecture.md ||
        complain "docs/architecture.md does not name $f"
done

tables=$build/src/sysex/instruments.o
sections() { # sections NAME: bytes of $tables in those whose names begin so
    size -A "$tables" | awk -v name="$1" \
        'index($1, name) == 1 { n += $2 } END { print n + 0 }'
}
data=$(($(sections .rodata) + $(sections .data)))
[ "$data" -gt 0 ] || complain "no tables in $tables"
[ "$data" -le 100000 ] || complain "$tables has $data bytes of tables: at most 100000"
[ "$(sections .data.rel.ro)" = 0 ] || complain "$tables has addresses in its tables"

[ $bad = 0 ] && echo "house: ok"
exit $bad
