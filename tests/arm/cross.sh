#!/bin/bash
# cross.sh ARCH BUILD [MAKE ARGUMENT]...: make for another processor, warnings as
# errors, with the libraries that fetch.sh has.
#
#   arm64  a Raspberry Pi 3 or later with a 64-bit system
#   armhf  32 bits, ARMv7
#   armv6  32 bits, a Raspberry Pi Zero or 1: Debian has no libraries for it (its
#          armhf is ARMv7), so only the objects can be made
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
arch=${1:?arm64, armhf or armv6}
build=${2:?a build folder}
shift 2
libraries=$arch triplet=arm-linux-gnueabihf flags=
case $arch in
arm64) triplet=aarch64-linux-gnu ;;
armhf) ;;
armv6)
    libraries=armhf
    flags="-march=armv6+fp -marm -mfloat-abi=hard"
    ;;
*)
    echo "cross.sh: no architecture '$arch'" >&2
    exit 2
    ;;
esac
root=$("$here/fetch.sh" "$libraries")
export PKG_CONFIG_SYSROOT_DIR=$root
export PKG_CONFIG_LIBDIR=$root/usr/lib/$triplet/pkgconfig:$root/usr/share/pkgconfig
# -isystem: with -I gcc would warn of ALSA's headers.
exec make --no-print-directory -C "$here/../.." BUILD="$build" \
    CC="$triplet-gcc $flags -isystem $root/usr/include" AR="$triplet-ar" \
    CFLAGS="-O2 -g -Werror" \
    LDFLAGS="-Wl,-rpath-link,$root/usr/lib/$triplet:$root/lib/$triplet" "$@"
