#!/bin/sh
# deb.sh build FOLDER VERSION: build the Debian package there, with its source
#                              package, and let lintian look at both.
# deb.sh again FOLDER VERSION: build it once more, and compare byte for byte.
# deb.sh check FOLDER [ROOT]:  install it in a Debian 12 that has nothing but
#                              its base (made at ROOT, as root, by debootstrap
#                              from the sources that apt has here), try it,
#                              remove it, and see that nothing is left.
# deb.sh root ROOT [PACKAGE,...]: only make such a Debian, with these packages.
# The last line of all but that is "N passed, N failed".
set -eu
job=$1 folder=$2
here=$(cd "$(dirname "$0")/.." && pwd)
passed=0 failed=0

try() { # try WHAT COMMAND...
    what=$1
    shift
    if "$@" >"$folder/log" 2>&1; then
        echo "ok - $what"
        passed=$((passed + 1))
    else
        echo "not ok - $what"
        sed 's/^/#   /' "$folder/log" | tail -n 20
        failed=$((failed + 1))
    fi
}

build() {
    version=$1
    tree=$folder/sxlib-$version
    rm -rf "$folder"
    mkdir -p "$folder"
    folder=$(cd "$folder" && pwd)
    unpack "$folder"
    try "the package builds, and its tests pass" package "$folder"
    [ $failed = 0 ] || return 0
    try "its version is $version" sh -c '[ "$(dpkg-deb -f "$1"/sxlib_*.deb \
        Version | sed "s/-[0-9]*$//")" = "$2" ]' sh "$folder" "$version"
    # It does as root too, which lintian warns of.
    try "lintian has nothing to say" sh -c '
        said=$(lintian --allow-root --info --pedantic --fail-on=none \
            "$1"/sxlib_*.changes)
        echo "$said"
        [ -z "$said" ]' sh "$folder"
}

# The release, with the folder that Debian adds to it.
unpack() { # unpack FOLDER
    "$here/tests/dist.sh" make "$1/sxlib_$version.orig.tar.gz" "$version"
    tar -x -z -f "$1/sxlib_$version.orig.tar.gz" -C "$1"
    cp -r "$1/sxlib-$version/docs/debian" "$1/sxlib-$version/debian"
}

# Not what this make was told: a package is built by its own rules.
package() { # package FOLDER: sources and binaries
    (cd "$1/sxlib-$version" && unset MAKEFLAGS MFLAGS MAKELEVEL BUILD PREFIX \
        DESTDIR CFLAGS LDFLAGS CC SAN && dpkg-buildpackage -us -uc)
}

package_elsewhere() { # package_elsewhere FOLDER
    (LC_ALL=C TZ=Pacific/Chatham DEB_BUILD_OPTIONS=nocheck &&
        export LC_ALL TZ DEB_BUILD_OPTIONS && umask 002 && package "$1")
}

# Another folder, language, time zone, umask and hour: the same bytes.
again() {
    version=$1
    folder=$(cd "$folder" && pwd)
    rm -rf "$folder/again"
    mkdir "$folder/again"
    unpack "$folder/again"
    try "it builds again" package_elsewhere "$folder/again"
    for file in "$folder"/*.deb "$folder"/*.dsc "$folder"/*.tar.*; do
        try "$(basename "$file") has the same bytes" cmp "$file" \
            "$folder/again/$(basename "$file")"
    done
}

in_root() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"; }

files() { # all that is there but the package manager's own records
    in_root find / -xdev \( -path /proc -o -path /sys -o -path /dev \
        -o -path /tmp -o -path /var/lib/dpkg -o -path /var/cache \
        -o -path /var/log -o -path /etc/ld.so.cache \) -prune -o -print |
        sort
}

bare() { # bare ROOT [PACKAGE,...]
    mirror=$(sed -n -e 's/^URIs: *\([^ ]*\).*/\1/p' \
        -e 's/^deb \(\[[^]]*\] \)\?\([^ ]*\) .*/\2/p' \
        /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
        head -n 1)
    PATH=$PATH:/usr/sbin debootstrap --variant=minbase \
        ${2:+--include="$2"} bookworm "$1" "$mirror"
}

check() {
    root=$1
    if [ "$(id -u)" != 0 ]; then
        echo "ok - a clean Debian # SKIP not root"
        return
    fi
    [ -x "$root/bin/sh" ] || bare "$root" >"$folder/log"
    cp "$folder"/sxlib_*.deb "$root/tmp/sxlib.deb"
    # What it depends on stays when it goes: so that is there before.
    # shellcheck disable=SC2046
    in_root apt-get install -y --no-install-recommends libasound2 libsmf0 \
        >"$folder/log"
    files >"$folder/before"
    try "installs" in_root dpkg -i /tmp/sxlib.deb
    try "sxlib --version" in_root sxlib --version
    try "takes a dump" in_root sh -c 'cd /tmp && rm -rf out &&
        sxlib receive -p "sim:alpha-base?first=0&rate=1000000" -n 1 -o out/ &&
        [ "$(ls out | wc -l)" = 1 ]; rm -rf out'
    try "watches" in_root sh -c 'cd /tmp && rm -rf out && { timeout -s TERM 2 \
        sxlib watch -o out -p "sim:alpha-base?first=0&rate=1000000" ||
        [ $? = 124 ]; } && [ "$(ls out/*/000001-* | wc -l)" = 1 ]; rm -rf out'
    # A minimal Debian may be told to leave manuals out: so look into the file.
    try "the manual is in it" sh -c 'dpkg-deb -c "$1"/sxlib_*.deb |
        grep -q share/man/man1/sxlib.1.gz' sh "$folder"
    for unit in /usr/lib/systemd/system /usr/lib/systemd/user; do
        try "$unit/sxlib-watch.service starts what is installed" in_root \
            grep -q "^ExecStart=/usr/bin/sxlib watch" \
            "$unit/sxlib-watch.service"
    done
    try "sxlib-recall.service starts what is installed" in_root \
        grep -q "^ExecStart=/usr/bin/sxlib recall" \
        /usr/lib/systemd/system/sxlib-recall.service
    try "is not started by itself" in_root sh -c '! find /etc -name \
        "sxlib-[wr]*" | grep .'
    try "can be removed" in_root dpkg --purge sxlib
    files >"$folder/after"
    try "leaves nothing behind" diff "$folder/before" "$folder/after"
}

case $job in
build) build "$3" ;;
again) again "$3" ;;
check) check "${3:-$folder/system}" ;;
root)
    bare "$2" "${3-}"
    exit
    ;;
*)
    echo "deb.sh: no job '$job'" >&2
    exit 2
    ;;
esac
rm -f "$folder/log"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
