# shellcheck shell=sh
# What both boots have in common. OUT is where the dumps go.
. case.sh
SCOPE=--system # or --user: that of pi
UNIT=sxlib-watch

kill_all() { :; } # systemd looks after what runs here

ctl() { # ctl ARGUMENT...: systemctl, for the system or for pi
	case $SCOPE in
	--system) systemctl "$@" ;;
	--user) runuser -u pi -- env XDG_RUNTIME_DIR=/run/user/"$(id -u pi)" \
		systemctl --user "$@" ;;
	esac
}

has() { # has PROPERTY PATTERN: the unit
	ctl show -p "$1" --value "$UNIT" | grep -q -E -e "$2"
}

must() { # must PROPERTY PATTERN
	has "$1" "$2" || fail "$1 is '$(ctl show -p "$1" --value "$UNIT")', not" \
		"'$2'. $(journalctl -q --no-pager -n 12)"
}

will() { # will PROPERTY PATTERN
	(wait_until "$1 to be '$2'" has "$1" "$2") || {
		must "$1" "$2"
		fail "it is by now"
	}
}

dump() { # dump BYTES: a SysEx
	printf '\360\175'
	head -c $((3 * $1)) /dev/urandom | tr -d '\200-\377' >/run/data
	head -c $(($1 - 3)) /run/data
	printf '\367'
}

play() { # play FILE: the instrument does. Less than its ring holds
	node=/dev/snd/midiC$(usbmidi gadget | tr -d hw:)D0
	[ -c "$node" ] || fail "there is no instrument"
	cat "$1" >"$node" || fail "the instrument broke"
}

file() { # file NUMBER: the file with this number, once it is there
	(wait_until "file $1" found "$1-*.syx") || fail "$(find "$OUT/")"
	find "$OUT/" -name "$1-*.syx"
}

found() { # found PATTERN
	[ -n "$(find "$OUT/" -name "$1")" ]
}

kept() { # kept NUMBER SENT: is in the file with this number, byte for byte
	cmp "$(file "$1")" "$2" || fail "file $1 differs"
}

next() { # next: the number of the next dump
	printf '%06d' $(($(find "$OUT/" -name '*.syx' | wc -l) + 1))
}

# A dump of which the end has not come is in a part on the disk. A USB packet
# has three bytes: of others the last would wait in the instrument.
cut_off() {
	dump 3000 >whole
	head -c 1998 whole >"$1"
	play "$1"
	wait_until "a part" found '*.part'
	sleep 3
}
