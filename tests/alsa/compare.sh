#!/bin/bash
# compare.sh [-r RUNS] [-k KERNEL] [-v] BUILD [JOB]...: let sxlib and the other
# SysEx tools of Debian do the same jobs, all of compare/table.py or those that
# are named, on one boot of a real kernel. A Markdown table on stdout; all
# results as JSON in BUILD/comparison.json.
#
# RUNS (5) of what depends on luck; the table shows the median. KERNEL as in
# vm.sh. -v: also what files there were. The tools are fetched into the cache of
# fetch.sh; nothing is installed. $TOOLS: only these.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cache=${SXLIB_VM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sxlib-vm}/compare
runs=5 kernel=default verbose=
while getopts r:k:v option; do
    case $option in
    r) runs=$OPTARG ;;
    k) kernel=$OPTARG ;;
    v) verbose=1 ;;
    *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))
build=${1:?the build folder}
shift
[ $# -gt 0 ] || mapfile -t jobs < <("$here/compare/table.py" --jobs)
[ $# = 0 ] || jobs=("$@")

# The packages, and the libraries of elektroid-cli: the package wants the
# graphical program's as well.
packages="alsa-utils elektroid midish"
libraries="libjson-glib-1.0-0 libsamplerate0 libsndfile1 libzip4"
programs="amidi arecordmidi aplaymidi elektroid-cli midish smfrec smfplay"

fail() {
    echo "compare.sh: $*" >&2
    exit 1
}

# Those of the libraries and of what they need that this machine lacks.
missing() {
    # shellcheck disable=SC2086
    apt-get -s --no-install-recommends install $libraries 2>/dev/null |
        awk '$1 == "Inst" { print $2 }'
}

download() {
    local deb
    # shellcheck disable=SC2046,SC2086
    (cd "$1" && apt-get download $packages $(missing) >>"$1/apt.log" 2>&1) ||
        return 1
    for deb in "$1"/*.deb; do
        dpkg-deb -x "$deb" "$1/tools"
        dpkg-deb -f "$deb" Package Version |
            awk '{ printf "%s%s", $2, NR % 2 ? " " : "\n" }' >>"$1/versions"
    done
    rm "$1"/*.deb
}

fetch() {
    [ ! -e "$cache/tools" ] || return 0
    echo "compare.sh: fetching $packages" >&2
    rm -rf "$cache" "$cache.new"
    mkdir -p "$cache.new"
    if ! download "$cache.new"; then
        apt-get update >>"$cache.new/apt.log" 2>&1 || true
        download "$cache.new" ||
            fail "cannot fetch them: see $cache.new/apt.log"
    fi
    mv "$cache.new" "$cache"
}

mkdir -p "${cache%/*}"
exec 9>"$cache.lock"
flock 9
fetch
exec 9>&-

folders=$(find "$cache/tools" -name 'lib*.so*' -printf '%h\n' | sort -u |
    paste -sd:)
files=()
for program in $programs; do
    files+=("$cache/tools/usr/bin/$program:/bin/$program")
done
needed=$(LD_LIBRARY_PATH=$folders ldd "$cache/tools/usr/bin/elektroid-cli")
case $needed in
*"not found"*) fail "elektroid-cli lacks a library: remove $cache, try again" ;;
esac
while read -r library; do
    files+=("$library:/compare/lib/${library##*/}")
done < <(awk -v root="$cache/tools" 'index($3, root) == 1 { print $3 }' \
    <<<"$needed")

mkdir -p "$build/log"
log=$build/log/compare
# Opened by name, so that ldd does not tell of it.
smf=$(pkg-config --variable=libdir smf)/libsmf.so.0
{
    printf 'RUNS=%s\nJOBS="%s"\nVERBOSE=%s\n' "$runs" "${jobs[*]}" "$verbose"
    printf 'TOOLS="%s"\n' "${TOOLS:-amidi arecordmidi elektroid midish sxlib}"
    printf 'uname -rv | sed "s/^/U /"\n'
    cat "$here/compare/guest.sh"
} >"$log.script"
start=$SECONDS
status=0
"$here/vm.sh" -k "$kernel" -t 3000 -m 768 -l "$log.console" "$log.script" \
    "$build/sxlib:/bin/sxlib" "$smf:$smf" "$build/tests/alsa/peer:/bin/peer" \
    "$build/tests/alsa/compare/syx:/bin/syx" \
    "$build/tests/alsa/compare/timing:/bin/timing" "${files[@]}" >"$log.log" ||
    status=$?
[ "$status" -lt 124 ] || fail "the machine broke: see $log.log"
{
    echo "V sxlib $("$build/sxlib" --version | awk '{ print $NF }')"
    sed 's/^/V /' "$cache/versions"
    dpkg-query -W -f 'V libasound2 ${Version}\n' libasound2 2>/dev/null ||
        true
    echo "V qemu $(qemu-system-x86_64 --version | sed -n '1s/.*version //p')"
    [ -e "$cache/tools/usr/bin/aseqsend" ] || echo "A aseqsend"
    cat "$log.log"
} >"$log.results"
# Not the kernel's words, nor the shell's on the ends of programs.
grep -vE '^([RU][[:space:]]|\[|(Terminated|Killed|Aborted|Segm.*)?$)' \
    "$log.log" >&2 || true
"$here/compare/table.py" "$build/comparison.json" <"$log.results"
echo "compare.sh: $((SECONDS - start)) s; all in $build/comparison.json" >&2
