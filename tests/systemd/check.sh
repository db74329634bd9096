#!/bin/bash
# check.sh DEB: install the package in a Debian that systemd has booted, in a
# virtual machine (tests/alsa/vm.sh), and see the unit at work: start.sh; cut the
# power, and see it again: again.sh. Needs root, for debootstrap. The last line is
# "N passed, N failed".
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
vm=$here/../alsa
deb=${1:?the package}
kernel=$("$vm/fetch.sh" default)
cache=$(dirname "$kernel")/systemd
packages=systemd-sysv,dbus,libpam-systemd,udev,kmod,busybox-static
packages=$packages,libasound2,libsmf0,libsndfile1
work=$(mktemp -d "${TMPDIR:-/tmp}/sxlib-systemd.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 143' HUP INT TERM

fail() {
    echo "check.sh: $*" >&2
    exit 1
}

# What our guest needs besides: the kernel's modules, and a unit for the script.
equip() { # equip ROOT
    rm -rf "$1"/var/cache/apt/archives/*.deb "$1"/var/lib/apt/lists/*
    cp -R "$kernel/lib/modules" "$1/lib/"
    echo sxlib >"$1/etc/hostname"
    mkdir -p "$1/etc/systemd/system.conf.d"
    printf '[Manager]\nShowStatus=no\n' >"$1/etc/systemd/system.conf.d/test.conf"
    # The console is for our script alone.
    ln -s /dev/null "$1/etc/systemd/system/serial-getty@ttyS0.service"
    cat >"$1/etc/systemd/system/test.service" <<'END'
[Unit]
After=multi-user.target

[Service]
Environment=PATH=/t:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
ExecStartPre=stty -F /dev/ttyS0 -onlcr
ExecStart=/t/run
StandardOutput=file:/dev/ttyS0
StandardError=file:/dev/ttyS0
END
    mkdir -p "$1/etc/systemd/system/multi-user.target.wants"
    ln -s ../test.service "$1/etc/systemd/system/multi-user.target.wants/"
}

# Made once, and again if what it is made of changes.
image() {
    local what
    what=$({ echo "$kernel" && declare -f equip && echo "$packages"; } |
        sha256sum)
    if [ "$what" != "$(cat "$cache/what" 2>/dev/null)" ]; then
        echo "check.sh: making a Debian" >&2
        mkdir -p "$cache"
        "$here/../deb.sh" root "$work/root" "$packages" >"$cache/log" 2>&1 ||
            fail "no Debian could be made: see $cache/log"
        equip "$work/root"
        PATH=$PATH:/usr/sbin mkfs.ext4 -q -F -d "$work/root" \
            "$work/image" 512M
        rm -rf "$work/root"
        mv "$work/image" "$cache/image"
        echo "$what" >"$cache/what"
    fi
    cp --sparse=always "$cache/image" "$work/disk"
}

boot() { # boot SCRIPT: on the disk as it is
    local status=0
    "$vm/vm.sh" -t "${TEST_TIMEOUT:-1800}" -d "$work/disk" \
        -l "$(dirname "$deb")/$(basename "$1" .sh).console" "$here/$1" \
        "$here/common.sh" "$deb:/t/sxlib.deb" >"$work/log" 2>&1 || status=$?
    cat "$work/log"
    passed=$((passed + $(grep -c '^ok ' "$work/log" || true)))
    failed=$((failed + $(grep -c '^not ok ' "$work/log" || true)))
    if [ $status != 0 ]; then
        echo "not ok - $1 ended with status $status"
        failed=$((failed + 1))
    fi
}

[ "$(id -u)" = 0 ] || fail "debootstrap wants to be root"
passed=0 failed=0
exec 9>"$cache.lock"
flock 9 # one makes it
image
exec 9>&-
boot start.sh
boot again.sh
echo "$passed passed, $failed failed"
[ $failed = 0 ] && [ $passed -gt 0 ]
