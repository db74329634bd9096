#!/bin/sh
# house.sh CC: the rules of docs/architecture.md, enforced. Each header compiles
# alone; each room includes only what it may; only one file knows each library;
# the page names each file.
set -u
cc=$1
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
may sysex err framer maker device dump stray identity slot request firmware sds channel
may midi_io err midi_io
may store err framer maker device dump store reader take
may config err maker device config

only() { # only FILES PATTERN: no other source includes this
    found=$(grep -rlE "#include <$2" src include | grep -vxE "$1")
    [ -z "$found" ] || complain "only $1 may include <$2...>: $found"
}
only "src/midi_io/alsa(_list|_seq)?\.c" "alsa/"
only "src/store/smf\.c" '(smf\.h|glib)'
only "src/audio/sxlib-audio\.c" "sndfile"

io='\b(open|read|write|close|fopen|printf|clock_gettime|time)\('
found=$(grep -nE "$io" src/sysex/*.c | grep -v '^[^:]*:[^:]*:\s*\*')
[ -z "$found" ] || complain "src/sysex does no I/O and knows no clock: $found"
for banned in atoi atol atof strcpy strcat sprintf gets; do
    found=$(grep -nE "\b$banned\(" -r src include)
    [ -z "$found" ] || complain "$banned is banned: $found"
done
for f in src/*.c src/*/*.c; do
    case $(basename "$f") in
    device_* | request_* | sim_*) continue ;; # by maker, or by name
    esac
    grep -qwF "$(basename "$f")" docs/architecture.md ||
        complain "docs/architecture.md does not name $f"
done
[ $bad = 0 ] && echo "house: ok"
exit $bad
