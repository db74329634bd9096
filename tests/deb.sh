#!/bin/sh
# deb.sh build FOLDER VERSION: build the Debian package there, with its source
#                              package, and let lintian look at both.
# deb.sh again FOLDER VERSION: build it once more, and compare byte for byte.
# deb.sh check FOLDER [SUITE...]: install it in a Debian 12 and a Debian 13 that
#                              have nothing but their base (made as root, by
#                              debootstrap from where apt gets its packages), try
#                              it, remove it, and see that nothing is left.
# deb.sh root ROOT [PACKAGE,...]: only make such a Debian, with these packages.
# The last line of all but that is "N passed, N failed".
set -eu
job=$1 folder=$2
here=$(cd "$(dirname "$0")/.." && pwd)
. "$here/tests/debian.sh"
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

files() { # all that is there but the package manager's own records
    in_debian "$root" find / -xdev \( -path /proc -o -path /sys -o -path /dev \
        -o -path /tmp -o -path /var/lib/dpkg -o -path /var/lib/apt \
        -o -path /var/cache -o -path /var/log -o -path /etc/ld.so.cache \) \
        -prune -o -print | sort
}

check() { # check SUITE: what a newcomer does there
    if [ "$(id -u)" != 0 ]; then
        echo "ok - a clean Debian # SKIP not root"
        return
    fi
    root=$folder/system
    rm -rf "$root"
    cp -a "$(kept "$1" "bare-$1")" "$root"
    cp "$folder"/sxlib_*.deb "$root/tmp/sxlib.deb"
    cp "$here/docs/debian/tests/walk" "$root/tmp/"
    in_debian "$root" apt-get update >"$folder/log"
    files >"$folder/before"
    try "apt install ./sxlib.deb" in_debian "$root" sh -c 'cd /tmp &&
        DEBIAN_FRONTEND=noninteractive apt-get install -y ./sxlib.deb'
    try "a newcomer's walk" in_debian "$root" sh -ex /tmp/walk
    try "the units start what is installed" in_debian "$root" sh -ec '
        cd /usr/lib/systemd
        grep -q "^ExecStart=/usr/bin/sxlib watch" system/sxlib-watch.service
        grep -q "^ExecStart=/usr/bin/sxlib watch" user/sxlib-watch.service
        grep -q "^ExecStart=/usr/bin/sxlib recall" system/sxlib-recall.service'
    try "is not started by itself" in_debian "$root" sh -c '! find /etc -name \
        "sxlib-[wr]*" | grep .'
    try "can be removed" in_debian "$root" apt-get autoremove -y --purge sxlib
    files >"$folder/after"
    try "leaves nothing behind" diff "$folder/before" "$folder/after"
    rm -rf "$root"
}

case $job in
build) build "$3" ;;
again) again "$3" ;;
check)
    folder=$(cd "$folder" && pwd)
    shift 2
    [ $# -gt 0 ] || set -- bookworm trixie
    for suite; do
        echo "# $suite"
        check "$suite"
    done
    ;;
root)
    bare bookworm "$2" "${3-}"
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
