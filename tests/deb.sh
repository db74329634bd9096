#!/bin/sh
# deb.sh build FOLDER VERSION: build the Debian package there, with its source
#                              package, and let lintian look at both.
# deb.sh again FOLDER VERSION: build it once more, and compare byte for byte.
# deb.sh cross FOLDER VERSION ARCH: build it for another processor in a Debian 12
#                              that has a compiler for ARM (kept, 1.5 GB), install
#                              it there and try it under user emulation. As root.
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
        grep -vE '^[^ ]+ [0-9]+ ok' "$folder/log" | tail -n 30 | sed 's/^/#   /'
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
    try "lintian has nothing to say" silent_lintian "$folder"
}

silent_lintian() { # silent_lintian FOLDER
    said=$(lintian --allow-root --info --pedantic --fail-on=none \
        "$1"/sxlib_*.changes)
    echo "$said"
    [ -z "$said" ]
}

# The release, with the folder that Debian adds to it.
unpack() { # unpack FOLDER
    "$here/tests/dist.sh" make "$1/sxlib_$version.orig.tar.gz" "$version"
    tar -x -z -f "$1/sxlib_$version.orig.tar.gz" -C "$1"
    cp -r "$1/sxlib-$version/docs/debian" "$1/sxlib-$version/debian"
}

# Not what this make was told: a package is built by its own rules, and without
# dumps of real instruments.
package() { # package FOLDER: sources and binaries
    (cd "$1/sxlib-$version" && unset MAKEFLAGS MFLAGS MAKELEVEL BUILD PREFIX \
        DESTDIR CFLAGS LDFLAGS CC SAN SXLIB_STRICT && dpkg-buildpackage -us -uc)
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

# There, because Debian's libsmf-dev of two architectures exclude each other.
cross() { # cross VERSION ARCH
    version=$1 arch=$2
    rm -rf "$folder"
    mkdir -p "$folder"
    folder=$(cd "$folder" && pwd)
    if [ "$(id -u)" != 0 ]; then
        echo "ok - a package for $arch # SKIP not root"
        return
    fi
    root=$(kept bookworm cross-bookworm \
        debhelper,crossbuild-essential-arm64,crossbuild-essential-armhf)
    unpack "$folder"
    rm -rf "$root/src"
    cp -r "$folder" "$root/src"
    try "Debian has what the package needs on $arch" in_debian "$root" sh -ec '
        cd /src/sxlib-*/ && dpkg --add-architecture "$1" && apt-get update &&
        DEBIAN_FRONTEND=noninteractive apt-get build-dep -y \
            --no-install-recommends -a "$1" -P cross,nocheck .' sh "$arch"
    try "the package builds for $arch" in_debian "$root" sh -ec '
        cd /src/sxlib-*/ && export DEB_BUILD_OPTIONS="nocheck parallel=2" &&
        exec dpkg-buildpackage -us -uc -b -a "$1" -Pcross,nocheck' sh "$arch"
    [ $failed = 0 ] || return 0
    cp "$root"/src/*.deb "$root"/src/*.changes "$root"/src/*.buildinfo "$folder"
    try "lintian has nothing to say of $arch" silent_lintian "$folder"
    on_arm "$arch"
    rm -rf "$root/src"
}

# What is installed, as a newcomer would use it; its programs by way of QEMU.
on_arm() { # on_arm ARCH
    emulator=qemu-arm
    [ "$1" != arm64 ] || emulator=qemu-aarch64
    cp "$("$here/tests/arm/fetch.sh" qemu)/$emulator" "$root/src/qemu"
    cp "$here/docs/debian/tests/walk" "$root/src/"
    try "apt install ./sxlib_$1.deb" in_debian "$root" sh -ec '
        DEBIAN_FRONTEND=noninteractive apt-get install -y \
            --no-install-recommends /src/sxlib_*_"$1".deb
        for program in /usr/bin/sxlib /usr/libexec/sxlib/sxlib-audio; do
            mv $program $program.elf
            printf "#!/bin/sh\nexec /src/qemu -L / %s.elf \"\$@\"\n" $program >$program
            chmod +x $program
        done' sh "$1"
    try "a newcomer's walk on $1" in_debian "$root" sh -ex /src/walk
    try "can be removed" in_debian "$root" sh -ec '
        rm -f /usr/bin/sxlib.elf /usr/libexec/sxlib/sxlib-audio.elf
        apt-get remove -y --purge sxlib'
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
cross) cross "$3" "$4" ;;
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
