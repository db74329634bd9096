# shellcheck shell=sh
# Two interfaces of the same model, in two USB sockets: what ports.conf calls
# them stays with the socket, whatever their cards are called.
. case.sh
modp dummy_hcd num=2 && modp usb_f_midi && modp snd-usb-audio || exit 1
mount -t configfs none /sys/kernel/config || exit 1

# Cards of gadgets and of the host come up in any order: the gadget's side is
# known by its id, the host's by its socket.
make_unit() { # make_unit NAME
	gadget=/sys/kernel/config/usb_gadget/$1
	mkdir -p "$gadget/functions/midi.$1" "$gadget/strings/0x409" \
		"$gadget/configs/c.1/strings/0x409" || exit 1
	echo 0x1d6b >"$gadget/idVendor"
	echo 0x0104 >"$gadget/idProduct"
	echo Roland >"$gadget/strings/0x409/manufacturer"
	echo UM-ONE >"$gadget/strings/0x409/product"
	echo "serial-$1" >"$gadget/strings/0x409/serialnumber"
	echo "$1" >"$gadget/functions/midi.$1/id"
	ln -s "$gadget/functions/midi.$1" "$gadget/configs/c.1/"
}

plug_in() { # plug_in NAME SOCKET: 0 or 1
	echo "dummy_udc.$2" >"/sys/kernel/config/usb_gadget/$1/UDC"
}

pull_out() { # pull_out NAME
	echo >"/sys/kernel/config/usb_gadget/$1/UDC"
}

gadget_of() { # gadget_of NAME: hw:N of its own side
	awk -v id="[$1" 'index($2, id) == 1 { print "hw:" $1; exit }' \
		/proc/asound/cards | grep .
}

sockets() { # those with an interface, as sxlib names them
	sxlib ports --json | sed -n 's/.*"usb": "\(usb:[^"]*\)".*/\1/p' | sort -u
}

have_sockets() { # have_sockets N
	[ "$(sockets | wc -l)" = "$1" ]
}

serial_in() { # serial_in SOCKET
	sxlib ports --json | sed -n \
		"s/.*\"usb\": \"$1\".*\"serial\": \"\([^\"]*\)\".*/\1/p"
}

make_unit alpha
make_unit bravo
plug_in alpha 0
plug_in bravo 1
wait_until "two sockets" have_sockets 2
LEFT=$(sockets | sed -n 1p)
RIGHT=$(sockets | sed -n 2p)
XDG_CONFIG_HOME=$(mktemp -d)
export XDG_CONFIG_HOME
mkdir "$XDG_CONFIG_HOME/sxlib"
printf '[left]\nport = %s\n[right]\nport = %s\n' "$LEFT" "$RIGHT" \
	>"$XDG_CONFIG_HOME/sxlib/ports.conf"

told_apart() {
	want "in the left socket" "$(serial_in "$LEFT")" serial-alpha
	want "in the right socket" "$(serial_in "$RIGHT")" serial-bravo
	sxlib ports --verbose >out
	grep -q "UM-ONE .*$LEFT .*Roland .*serial-alpha .*left" out ||
		fail "not in the table: $(cat out)"
	for unit in alpha bravo; do
		name=left
		[ $unit = alpha ] || name=right
		peer make 1 100 100 1 >sent
		listen $name -n 1 --out got-$unit/
		play "$(gadget_of $unit),0,0" <sent
		ended 0
		same sent
	done
	sxlib receive --port UM-ONE -n 1 >out 2>err
	want "exit status" $? 4
	grep -q 'matches 2 ports' err || fail "takes one of two"
}

# Both are pulled out and go into the other's socket: a recording that goes on
# keeps to the sockets.
swapped() {
	sxlib watch --out got --port left --port right --split message \
		>out 2>err &
	SXLIB=$!
	wait_until "two ports" listens_to 2
	pull_out alpha
	pull_out bravo
	wait_until "both to be gone" gone_ports 2
	plug_in bravo 0
	plug_in alpha 1
	wait_until "two ports again" listens_to 4
	want "in the left socket" "$(serial_in "$LEFT")" serial-bravo
	peer make 1 100 100 1 >sent.alpha
	peer make 2 200 200 1 >sent.bravo
	play "$(gadget_of alpha),0,0" <sent.alpha
	play "$(gadget_of bravo),0,0" <sent.bravo
	wait_until "two files" has_files 2
	kill -TERM $SXLIB
	ended 0
	want "folders" "$(ls got | tr '\n' ' ')" "left right "
	cat got/right/* | cmp - sent.alpha || fail "alpha is not in right"
	cat got/left/* | cmp - sent.bravo || fail "bravo is not in left"
}

listens_to() { # listens_to N: so many times in all
	kill -0 "$SXLIB" 2>/dev/null || fail "sxlib has ended early"
	[ "$(grep -c '^listening on' err)" -ge "$1" ]
}

gone_ports() { # gone_ports N
	[ "$(grep -c unplugged err)" -ge "$1" ]
}

has_files() {
	[ "$(wc -l <out)" -ge "$1" ]
}

t "two interfaces of one model are told apart by their sockets" told_apart
t "when they are swapped, names stay with the sockets" swapped
