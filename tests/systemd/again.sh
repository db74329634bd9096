# shellcheck shell=sh
# The second boot, after the power went: dumps, the user's unit, and removal.
. /t/common.sh
OUT=/var/lib/sxlib

up_again() {
	will ActiveState '^active$'
	must NRestarts '^0$'
}

still_there() {
	number=$(cat /var/tmp/number)
	kept 000001 /var/tmp/first
	kept "$number" /var/tmp/half
	case $(file "$number") in
	*.damaged.syx) ;;
	*) fail "half a dump is called whole" ;;
	esac
	want "parts" "$(find "$OUT"/ -name '*.part' | wc -l)" 0
	usb_up
	will StatusText '^3 ports'
	number=$(next)
	dump 3000 >sent
	play sent
	kept "$number" sent
}

# A user who is not logged in.
users_own() {
	systemctl disable --now "$UNIT"
	useradd -m -G audio,dialout pi
	loginctl enable-linger pi
	# shellcheck disable=SC2034 # ctl knows it
	SCOPE=--user
	OUT=/home/pi/sxlib
	wait_until "the user's manager" ctl show --property Version
	ctl enable --now "$UNIT" || fail "does not start"
	must SubState '^running$'
	will StatusText '^2 ports, no dumps yet$'
	dump 3000 >sent
	play sent
	kept 000001 sent
	will StatusText '^2 ports, 1 dump; last: '
	want "owner" "$(stat -c %U "$(file 000001)")" pi
	ctl stop "$UNIT"
	must Result '^success$'
	must ExecMainStatus '^0$'
}

removed() {
	dpkg --purge sxlib
	[ ! -e /lib/systemd/system/"$UNIT".service ] || fail "the unit is there"
	kept 000001 /var/tmp/first
}

t "after a power cut it is up again by itself" up_again
t "what was coming in is rescued, the rest is there, and it goes on" \
	still_there
t "the user's unit works without anybody logged in" users_own
t "the package goes, and the dumps stay" removed
