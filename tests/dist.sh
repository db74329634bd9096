#!/bin/sh
# dist.sh make FILE.tar.gz VERSION:  the sources as a release: the files that git
#                                    tracks, or all of an unpacked release, in a
#                                    folder sxlib-VERSION. Names sorted, owner 0,
#                                    one date ($SOURCE_DATE_EPOCH, else that of the
#                                    commit or of the release it was unpacked
#                                    from): one commit always makes the same bytes.
# dist.sh check FILE.tar.gz VERSION: unpack it, build outside of its folder, run
#                                    the unit tests, install, uninstall. The last
#                                    line is "N passed, N failed".
set -eu
job=$1 file=$2 version=$3
here=$(cd "$(dirname "$0")/.." && pwd)
name=sxlib-$version

files() { # the names of all files, each followed by a null
    if [ -e .git ]; then
        changed=$(git status --porcelain)
        [ -z "$changed" ] || printf 'dist.sh: not committed:\n%s\n' "$changed" >&2
        git ls-files -z
    else
        find . \( -path ./build -o -path ./debian -o -path ./.pc \) -prune -o \
            ! -type d -printf '%P\0'
    fi | LC_ALL=C sort -z
}

date_of() { # in seconds since 1970
    if [ -n "${SOURCE_DATE_EPOCH-}" ]; then
        echo "$SOURCE_DATE_EPOCH"
    elif [ -e .git ]; then
        git log -1 --format=%ct
    else
        stat -c %Y Makefile
    fi
}

make_it() {
    mkdir -p "$(dirname "$file")"
    out=$(cd "$(dirname "$file")" && pwd)/$(basename "$file")
    cd "$here"
    files >"$out.files"
    tar --create --file="$out.tar" --format=ustar --null --no-recursion \
        --files-from="$out.files" --hard-dereference --owner=0 --group=0 \
        --numeric-owner --mode=u=rwX,go=rX --mtime="@$(date_of)" \
        --transform="s|^|$name/|S"
    gzip -9n <"$out.tar" >"$out.new"
    rm "$out.tar" "$out.files"
    mv "$out.new" "$out"
}

passed=0 failed=0
try() { # try WHAT COMMAND...
    what=$1
    shift
    if "$@" >"$work/log" 2>&1; then
        echo "ok - $what"
        passed=$((passed + 1))
    else
        echo "not ok - $what"
        grep -vE "^[^ ]+ [0-9]+ ok" "$work/log" | tail -n 30 | sed "s/^/#   /"
        failed=$((failed + 1))
    fi
}

# Not what this make was told.
# Dumps of real instruments are no part of a release.
release_make() {
    env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u DESTDIR -u SAN -u SXLIB_STRICT \
        make -C "$work/$name" BUILD="$work/build" PREFIX=/usr "$@"
}

state() { # what is in the folder: names, modes, dates, bytes
    (cd "$work/$name" && find . -printf '%p %m %T@\n' | sort &&
        find . -type f -exec sha256sum {} + | sort)
}

same_again() {
    (unset SOURCE_DATE_EPOCH && cd "$work/$name" &&
        sh tests/dist.sh make "$work/again.tar.gz" "$version") &&
        cmp "$work/again.tar.gz" "$file"
}

check() {
    work=$(mktemp -d "${TMPDIR:-/tmp}/sxlib-dist.XXXXXX")
    trap 'chmod -R u+w "$work" && rm -rf "$work"' EXIT
    trap 'exit 143' HUP INT TERM
    tar -x -z -f "$file" -C "$work"
    chmod -R a-w "$work/$name"
    state >"$work/before"
    try "it builds with nothing but the release" release_make -j"$(nproc)" all unit
    [ $failed = 0 ] || return 0
    try "its unit tests pass" release_make check-unit
    try "it is version $version" sh -c '[ "$("$1"/sxlib --version)" = "sxlib $2" ]' \
        sh "$work/build" "$version"
    try "it installs" release_make install DESTDIR="$work/installed"
    try "what is installed saves a dump" "$work/installed/usr/bin/sxlib" receive -n 1 \
        --port 'sim:alpha-base?first=0&rate=1000000' --out "$work/dumps"
    try "it uninstalls" release_make uninstall DESTDIR="$work/installed"
    find "$work/installed" ! -type d >"$work/left"
    try "no file is left" diff /dev/null "$work/left"
    state >"$work/after"
    try "nothing is written to the sources" diff "$work/before" "$work/after"
    try "it makes the same release again" same_again
}

case $job in
make)
    make_it
    exit
    ;;
check) check ;;
*)
    echo "dist.sh: no job '$job'" >&2
    exit 2
    ;;
esac
echo "$passed passed, $failed failed"
[ $failed = 0 ]
