#!/bin/bash
# fetch.sh arm64|armhf|qemu|kernel: see to it that this lies in the cache,
# unpacked, and print its folder. Nothing is installed.
#
#   arm64 armhf  a folder of that architecture's libraries and headers: Debian's
#                libsmf has no Multi-Arch, so installing it would remove the one
#                of this machine
#   qemu         user emulation that knows termios2; that of Debian 12 does not
#   kernel       what linux-image-arm64 depends on, with the modules that a test
#                wants and the device tree of a Raspberry Pi 3
#
# SXLIB_ARM_CACHE: the cache (~/.cache/sxlib-arm). Remove it to fetch newer ones.
set -euo pipefail

. "$(dirname "$0")/../debian.sh"
what=${1:?arm64, armhf, qemu or kernel}
cache=${SXLIB_ARM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sxlib-arm}

# What runs, with all that it needs; what is compiled against, alone.
run="libasound2 libsmf0 libsndfile1 libcmocka0"
dev="libasound2-dev libsmf-dev libglib2.0-dev libsndfile1-dev libcmocka-dev
libpcre2-dev libffi-dev zlib1g-dev libmount-dev libblkid-dev libselinux1-dev
libflac-dev libogg-dev libvorbis-dev libopus-dev libmpg123-dev libmp3lame-dev
busybox-static alsa-utils"
modules="sound drivers/usb drivers/media/mc fs/configfs drivers/watchdog/bcm2835*"

fail() {
    echo "fetch.sh: $*: see $cache/apt.log" >&2
    exit 1
}

# apt_for ARCH SUITE|- COMMAND...: apt with a state of its own; of this machine's
# sources, or of a suite that is not among them.
apt_for() {
    local state=$cache/apt-$1-$2 arch=$1 suite=$2
    local -a options
    shift 2
    mkdir -p "$state"/{lists,archives}/partial
    touch "$state/status"
    options=(-o "APT::Architecture=$arch" -o "APT::Architectures::=$arch"
        -o "Dir::State=$state" -o "Dir::State::lists=$state/lists"
        -o "Dir::State::status=$state/status" -o "Dir::Cache=$state"
        -o "Dir::Cache::archives=$state/archives" -o APT::Sandbox::User=root
        -o Acquire::Languages=none -o Acquire::Retries=2 -o Debug::NoLocking=1)
    if [ "$suite" != - ]; then
        echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]" \
            "$(mirror) $suite main" >"$state/list"
        options+=(-o "Dir::Etc::sourcelist=$state/list"
            -o Dir::Etc::sourceparts=/nonexistent)
    fi
    timeout 300 "$1" "${options[@]}" "${@:2}" 2>>"$cache/apt.log"
}

# The index of one suite may be out of step on a mirror: what is there may do.
update() { # update ARCH SUITE|-
    apt_for "$1" "$2" apt-get update >>"$cache/apt.log" || true
}

download() { # download ARCH SUITE|- FOLDER PACKAGE...
    mkdir -p "$3"
    (cd "$3" && apt_for "$1" "$2" apt-get download "${@:4}" >>"$cache/apt.log")
}

unpack() { # unpack FOLDER INTO: all packages there
    local deb
    for deb in "$1"/*.deb; do
        dpkg-deb -x "$deb" "$2"
    done
}

fetch_libraries() { # fetch_libraries ARCH INTO
    update "$1" -
    # shellcheck disable=SC2086
    apt_for "$1" - apt-get -y --download-only --no-install-recommends \
        install $run >>"$cache/apt.log" &&
        download "$1" - "$2/deb" $dev || fail "no libraries for $1"
    unpack "$cache/apt-$1--/archives" "$2"
    unpack "$2/deb" "$2"
}

fetch_qemu() { # fetch_qemu INTO
    local suite arch
    arch=$(dpkg --print-architecture)
    for suite in trixie-backports forky sid; do
        update "$arch" "$suite"
        rm -rf "$1/deb"
        download "$arch" "$suite" "$1/deb" qemu-user || continue
        dpkg-deb --fsys-tarfile "$1"/deb/*.deb |
            tar -x -C "$1" ./usr/bin/qemu-aarch64 ./usr/bin/qemu-arm &&
            grep -aq TCGETS2 "$1/usr/bin/qemu-arm" || continue
        mv "$1"/usr/bin/qemu-* "$1"
        rm -r "$1/usr"
        return
    done
    fail "no qemu-user that knows termios2 in Debian"
}

fetch_kernel() { # fetch_kernel INTO
    local path package
    local -a keep=(./boot/vmlinuz-\* './lib/modules/*/modules.*' '*/bcm2837-rpi-3-b.dtb')
    for path in $modules; do
        keep+=("./lib/modules/*/kernel/$path")
    done
    update arm64 -
    package=$(apt_for arm64 - apt-cache depends linux-image-arm64 |
        awk '$1 == "Depends:" { print $2; exit }')
    [ -n "$package" ] || fail "apt knows no linux-image-arm64"
    download arm64 - "$1/deb" "$package" || fail "cannot fetch $package"
    # tar complains about patterns that match nothing.
    dpkg-deb --fsys-tarfile "$1"/deb/*.deb |
        tar -x -C "$1" --wildcards "${keep[@]}" 2>/dev/null || true
    mv "$1"/boot/vmlinuz-* "$1/Image"
    PATH=$PATH:/usr/sbin:/sbin depmod -b "$1" "${package#linux-image-}"
    cp "$(find "$1/usr" -name bcm2837-rpi-3-b.dtb)" "$1/rpi3.dtb"
    # As dtoverlay=disable-bt does: the PL011 is at the pins.
    fdtput -r "$1/rpi3.dtb" /soc/serial@7e201000/bluetooth
    echo "${package#linux-image-}" >"$1/version"
    rm -r "$1/boot" "$1/usr"
}

mkdir -p "$cache"
exec 9>"$cache/.lock"
flock 9 # one at a time
folder=$cache/$what
made=$({ echo "$run $dev $modules" && declare -f; } | sha256sum)
if [ "$made" != "$(cat "$folder/made" 2>/dev/null)" ]; then
    echo "fetch.sh: fetching $what" >&2
    rm -rf "$folder" "$folder.new" "$cache"/apt-*
    mkdir "$folder.new"
    case $what in
    arm64 | armhf) fetch_libraries "$what" "$folder.new" ;;
    qemu) fetch_qemu "$folder.new" ;;
    kernel) fetch_kernel "$folder.new" ;;
    *) fail "nothing known of '$what'" ;;
    esac
    rm -rf "$folder.new/deb" "$cache"/apt-*
    echo "$made" >"$folder.new/made"
    mv "$folder.new" "$folder"
fi
echo "$folder"
