#!/bin/bash
# platform.sh SUITE: build the sources without a warning in another Debian
# (trixie, forky), and run its unit tests there. The chroot is made by debootstrap,
# as root, and kept in ~/.cache/sxlib-vm (or $SXLIB_VM_CACHE).
# platform.sh musl: compile them with musl, and see that it has all that they
# call. It has no alsa-lib, libsmf and libsndfile, so nothing is linked.
# The last line is "N passed, N failed".
set -euo pipefail

what=${1:?trixie, forky or musl}
here=$(cd "$(dirname "$0")/.." && pwd)
. "$here/tests/debian.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/sxlib-platform.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 143' HUP INT TERM

packages=gcc,make,pkg-config,libc6-dev,libcmocka-dev,python3
packages=$packages,libasound2-dev,libsmf-dev,libsndfile1-dev

fail() { # fail WHAT LOG
    echo "not ok - $1"
    grep -E 'error|warning|undefined' "$2" | head -n 20 | sed 's/^/#   /'
    echo "0 passed, 1 failed"
    exit 1
}

on_debian() { # on_debian SUITE
    local root
    if [ "$(id -u)" != 0 ]; then
        echo "ok - Debian $1 # SKIP not root"
        echo "1 passed, 0 failed"
        return
    fi
    root=$(kept "$1" "debian-$1" "$packages") ||
        fail "a Debian $1 is made" "$debians/debian-$1.log"
    rm -rf "$root/src"
    mkdir "$root/src"
    (cd "$here" && tar -c src include tests docs Makefile README.md LICENSE) |
        tar -x -C "$root/src"
    in_debian "$root" sh -c 'gcc --version | head -n 1
        cd /src && exec make -j2 CFLAGS="-O2 -g -Werror" all unit' \
        >"$work/log" 2>&1 || fail "it builds without a warning" "$work/log"
    echo "ok - Debian $1 builds it without a warning: $(head -n 1 "$work/log")"
    in_debian "$root" sh -c 'cd /src && exec tests/run.sh build build/tests/unit'
}

# Its headers come first; of the others only those of libraries and the kernel.
on_musl() {
    local include=$work/include file name objects=$work/objects
    mkdir -p "$include" "$objects"
    for name in alsa sound linux asm-generic smf.h sndfile.h; do
        ln -s "/usr/include/$name" "$include/$name"
    done
    ln -s "/usr/include/$(gcc -print-multiarch)/asm" "$include/asm"
    make -s -C "$here" build/maker_table.h build/instrument_table.h \
        build/page_text.h >"$work/log" 2>&1 || fail "tables are made" "$work/log"
    for file in "$here"/src/*.c "$here"/src/*/*.c; do
        case $file in
        */instruments/tables.c | */audio/*) continue ;;
        esac
        name=${file#"$here/"}
        # musl's ioctl() takes an int, where the kernel's numbers have 32 bits.
        # shellcheck disable=SC2046
        musl-gcc -std=c17 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 \
            -DSX_VERSION='""' -I"$here/include" -I"$here/src" -I"$here/build" \
            -isystem "$include" $(pkg-config --cflags-only-I smf) \
            -O1 -Wall -Wextra -Werror -Wno-overflow -c \
            -o "$objects/${name//\//_}.o" "$file" >>"$work/log" 2>&1 ||
            fail "musl compiles $name" "$work/log"
    done
    echo "ok - musl compiles it without a warning"
    nm -g --undefined-only "$objects"/*.o | awk '$1 == "U" { print $2 }' |
        sort -u >"$work/calls"
    { nm -g --defined-only "$objects"/*.o "$(musl_library)" 2>/dev/null || true; } |
        awk 'NF == 3 { print $3 }' | sort -u >"$work/has"
    comm -23 "$work/calls" "$work/has" |
        grep -vE '^(_GLOBAL_OFFSET_TABLE_$|__[a-z]*[sdt]i[0-9]$|(snd|smf|g)_)' |
        sed 's/^/undefined: /' >"$work/log" || true
    [ ! -s "$work/log" ] || fail "musl has all that is called" "$work/log"
    echo "ok - musl has all that it calls"
    echo "2 passed, 0 failed"
}

musl_library() {
    echo "/usr/lib/$(uname -m)-linux-musl/libc.a"
}

case $what in
musl) on_musl ;;
*) on_debian "$what" ;;
esac
