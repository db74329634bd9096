#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Ports of sound cards that are only listed: names, USB sockets, MIDI 2.0."""

import os
import re

import harness as h
from harness import check, equal, match, test

CARDS = os.path.join(os.path.dirname(os.path.abspath(h.SXLIB)),
                     "tests/fault/cards.so")


class Desk:
    """Cards for cards.so, in a folder of the room."""

    def __init__(self, room):
        check(os.path.exists(CARDS), "no %s: make unit" % CARDS)
        self.room = room
        self.folder = os.path.join(room.dir, "cards")
        asan = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
        self.env = {"LD_PRELOAD": CARDS, "SXLIB_TEST_CARDS": self.folder,
                    "ASAN_OPTIONS": asan.lstrip(":")}
        os.makedirs(self.folder)

    def card(self, number, ident, name, *subdevices):
        text = "\n".join((ident, name) + subdevices) + "\n"
        self.room.write("cards/card%d" % number, text.encode())

    def usb(self, number, socket, **facts):
        """It is in this socket, and says this of itself."""
        sysfs = os.path.join(self.folder, "sys")
        device = os.path.join(sysfs, "usb", socket)
        os.makedirs(os.path.join(device, socket + ":1.0"), exist_ok=True)
        place = os.path.join(sysfs, "class/sound/card%d" % number)
        os.makedirs(place, exist_ok=True)
        if os.path.lexists(place + "/device"):
            os.unlink(place + "/device")
        os.symlink("../../../usb/%s/%s:1.0" % (socket, socket),
                   place + "/device")
        for fact, text in facts.items():
            with open(os.path.join(device, fact), "w") as f:
                f.write(text + "\n")

    def sxlib(self, *args):
        return self.room.sxlib(*args, env=self.env)

    def ports(self, *args):
        run = self.sxlib("ports", "--json", *args)
        equal((run.status, run.err), (0, ""), "ports --json")
        return {o["port"]: o for o in run.json if not o["simulated"]}


def two_equal(room):
    """Two interfaces of one model, told apart only by their sockets."""
    desk = Desk(room)
    desk.card(0, "UMONE", "UM-ONE", "3 0 UM-ONE MIDI 1")
    desk.card(1, "UMONE_1", "UM-ONE", "3 0 UM-ONE MIDI 1")
    desk.usb(0, "1-1.4", manufacturer="Roland", product="UM-ONE", serial="A17")
    desk.usb(1, "1-1.2", manufacturer="Roland", product="UM-ONE")
    return desk


@test("ports --verbose and --json: socket, vendor, product, serial number")
def _(room):
    desk = two_equal(room)
    desk.card(2, "Board", "Board", "2 0 Uart MIDI")
    ports = desk.ports()
    facts = ("usb", "vendor", "product", "serial", "hardware", "sequencer")
    equal([ports["hw:0,0,0"][f] for f in facts],
          ["usb:1-1.4", "Roland", "UM-ONE", "A17", None, False], "the first")
    equal([ports["hw:1,0,0"][f] for f in facts],
          ["usb:1-1.2", "Roland", "UM-ONE", None, None, False], "the second")
    equal([ports["hw:2,0,0"][f] for f in facts],
          [None, None, None, None, None, False], "no USB")
    brief, verbose = desk.sxlib("ports"), desk.sxlib("ports", "-v")
    check("usb:" not in brief.out.decode(), "only with --verbose")
    match(r"^Dir +Device +Name +Card +Socket +Vendor +Product +Serial",
          verbose.lines[0], "header")
    match(r"^IO +hw:0,0,0 +UM-ONE MIDI 1 +UMONE +usb:1-1\.4 +Roland +UM-ONE +"
          r"A17$", verbose.lines[1], "row")
    equal([line.split()[1] for line in verbose.lines],
          [line.split()[1] for line in brief.lines], "column 2")


@test("usb: is what is in that socket, whatever the number of its card")
def _(room):
    desk = two_equal(room)
    room.write(".config/sxlib/ports.conf",
               b"[left]\nport = usb:1-1.4\n[right]\nport = usb:1-1.2\n")
    equal([desk.ports()[p]["called"] for p in ("hw:0,0,0", "hw:1,0,0")],
          [["left"], ["right"]], "names")
    desk.usb(0, "1-1.2")
    desk.usb(1, "1-1.4")
    equal([desk.ports()[p]["called"] for p in ("hw:0,0,0", "hw:1,0,0")],
          [["right"], ["left"]], "swapped")
    # It cannot be opened, but that is the one that is tried.
    run = desk.sxlib("receive", "-p", "usb:1-1.4", "-n", "1")
    equal(run.status, 4, "exit status")
    match("hw:1,0,0", run.err, "which one")
    run = desk.sxlib("receive", "-p", "usb:1-1.3", "-n", "1")
    equal(run.status, 4, "nothing is there")
    match("no such port: usb:1-1.3", run.err, "says so")
    run = desk.sxlib("receive", "-p", "UM-ONE", "-n", "1")
    equal(run.status, 4, "two of that name")
    match("matches 2 ports", run.err, "says so")


@test("a serial line has its whole path, however long")
def _(room):
    desk = Desk(room)
    folder = os.path.join(room.dir, "dev", "serial-by-id-" + 140 * "x")
    os.makedirs(folder)
    there = "tty:%s/usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0" % folder
    open(there[4:], "w").close()
    gone = there + "-gone"
    room.write(".config/sxlib/ports.conf",
               ("[din]\nport = %s\n[old]\nport = %s\n"
                % (there, gone)).encode())
    equal(desk.ports()[there]["called"], ["din"], "its name for --port")
    equal(desk.ports("--all")["old"]["name"], gone + ", not connected",
          "one that is gone")
    match("(?m)^IO +%s " % re.escape(there), desk.sxlib("ports").out.decode(),
          "the table")


@test("a whole name wins over a part of another")
def _(room):
    desk = Desk(room)
    desk.card(0, "MIDI", "MIDI mk2", "3 0 Synth")
    desk.card(1, "Two", "Two", "3 0 MIDI mk2 port", "3 0 Synth 2")
    for name, port in (("Synth", "hw:0,0,0"), ("midi", "hw:0,0,0"),
                       ("synth 2", "hw:1,0,1"), ("mk2 port", "hw:1,0,0")):
        run = desk.sxlib("receive", "-p", name, "-n", "1")
        equal(run.status, 4, "it cannot be opened")
        match(port, run.err, name)
    run = desk.sxlib("receive", "-p", "mk2", "-n", "1")
    match("matches 2 ports", run.err, "a part of both")


@test("what a MIDI 2.0 device does not use is listed only with --all")
def _(room):
    desk = Desk(room)
    desk.card(0, "Two", "MIDI 2.0 Synth", "3 0 Group 1 (Main)",
              *("3 10 Group %d" % i for i in range(2, 17)))
    equal(list(desk.ports()), ["hw:0,0,0"], "those in use")
    ports = desk.ports("--all")
    equal(len(ports), 16, "all")
    equal([p for p, o in ports.items() if not o["inactive"]], ["hw:0,0,0"],
          "not inactive")
    # The default is the only one; by its own name another one is reached.
    run = desk.sxlib("receive", "-n", "1")
    match("hw:0,0,0", run.err, "the default")
    run = desk.sxlib("receive", "-p", "hw:0,0,5", "-n", "1")
    match("hw:0,0,5", run.err, "by name")


@test("watch does not wait at inputs that are not used")
def _(room):
    desk = Desk(room)
    desk.card(0, "Two", "MIDI 2.0 Synth", "3 0 Group 1 (Main)",
              *("1 10 Group %d" % i for i in range(2, 17)))
    run = room.run("watch", "--out", "got/", env=desk.env)
    check(run.until(lambda: "waiting for one" in run.err), "it runs")
    run.stop()
    equal(run.err.count("hw:0,0,0"), 1, "the one that cannot be opened here")
    check("hw:0,0,1" not in run.err, "nor tries others: %s" % run.err)


if __name__ == "__main__":
    h.main()
