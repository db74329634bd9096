# shellcheck shell=sh
# Other Debians, in a chroot: sourced by deb.sh, platform.sh and
# arm/fetch.sh. As root, but for mirror.

# Bare ones are kept here.
debians=${SXLIB_VM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sxlib-vm}

# Not all of these files are there.
mirror() { # where apt gets its packages from
    { sed -n -e 's/^URIs: *\([^ ]*\).*/\1/p' \
        -e 's/^deb \(\[[^]]*\] \)\?\([^ ]*\) .*/\2/p' \
        /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null ||
        true; } | head -n 1
}

# One that is newer than debootstrap is made like sid.
bare() { # bare SUITE ROOT [PACKAGE,...]
    script=/usr/share/debootstrap/scripts/$1
    [ -e "$script" ] || script=/usr/share/debootstrap/scripts/sid
    PATH=$PATH:/usr/sbin debootstrap --variant=minbase \
        ${3:+--include="$3"} "$1" "$2" "$(mirror)" "$script"
}

kept() { # kept SUITE NAME [PACKAGE,...]: make it, if it is not there; print where
    root=$debians/$2
    if [ ! -e "$root" ]; then
        mkdir -p "$debians"
        rm -rf "$root.new"
        bare "$1" "$root.new" "${3-}" >"$root.log" 2>&1 || return
        mv "$root.new" "$root"
    fi
    echo "$root"
}

# The mounts are in a namespace of their own, and go with it.
in_debian() { # in_debian ROOT COMMAND...
    # shellcheck disable=SC2016
    unshare -m sh -c 'root=$1 && shift &&
        mount -t proc proc "$root/proc" &&
        mount --rbind /dev "$root/dev" &&
        exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin \
            HOME=/root LC_ALL=C.UTF-8 "$@"' sh "$@"
}
