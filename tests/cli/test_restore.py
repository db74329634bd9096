#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A folder goes back in the natural order of its names, and what cannot be
restored from it is reported."""
import harness as h
from harness import equal, match, test

SETTINGS = bytes.fromhex("f0423000012c5100f7")            # minilogue, global
PRESET = bytes.fromhex("f0423000012c4c0500" "00" * 1 + "f7")
BUFFER = bytes.fromhex("f0423000012c4000f7")
PATTERN = bytes.fromhex("f0423051400000f7")               # ER-1, and its store
STORE = bytes.fromhex("f04230511100" "05f7")
BANK = bytes.fromhex("f0423050" "4c0010" "0000f7")        # Triton, a bank

FILES = {"a-global.syx": SETTINGS, "b-pattern.syx": PATTERN + STORE,
         "c-preset.syx": PRESET, "d-buffer.syx": BUFFER, "e-bank.syx": BANK}


def fill(room, names=FILES):
    folder = room.path("set")
    for name in names:
        room.write("set/" + name, FILES[name])
    return folder


@test("a folder: in the order of names; dumps of an edit buffer are counted")
def _(room):
    folder = fill(room)
    line = room.pty().listen()
    run = room.sxlib("send", "-p", line.port, "--delay", "0", folder)
    equal(run.status, 0, "exit status")
    equal(line.settled(), SETTINGS + PATTERN + STORE + PRESET + BUFFER + BANK,
          "sent")
    match("1 dump of an edit buffer: not restored to any slot", run.err,
          "reported")


PULSE = bytes.fromhex("f03e0b000005" + "10" * 8 + "00f7")  # a preset, slot 6


@test("a folder: what the unit does not accept, or not into its slot, is said")
def _(room):
    room.write("set/a.syx", bytes.fromhex("f001230f00" "01f7"))
    room.write("set/b.syx", PULSE)
    line = room.pty().listen()
    run = room.sxlib("send", "-p", line.port, "--delay", "0",
                     room.path("set"))
    equal(run.status, 0, "exit status")
    equal(line.settled(), bytes.fromhex("f001230f0001f7") + PULSE, "sent")
    match("1 dump that the unit does not accept: not restored", run.err,
          "of the settings of a Prophet '08")
    match("1 dump of an edit buffer: not restored to any slot", run.err,
          "of a program that a Pulse loads")


DW = bytes.fromhex("f042300340" + "00" * 51 + "f7")       # a program
DW_WRITE = bytes.fromhex("f04230031105f7")              # its store
MKS_50 = bytes.fromhex("f04135002320" "01" + "00" * 46 + "f7")   # a tone
CZ = bytes.fromhex("f04400007030" + "00" * 256 + "f7")

for name, data, lost in (
        ("a DW-8000, not stored", DW, "1 dump of an edit buffer"),
        ("a DW-8000, stored", DW + DW_WRITE, None),
        ("both", DW + DW + DW_WRITE, "1 dump of an edit buffer"),
        ("a tone without a slot", MKS_50, "1 dump of an edit buffer"),
        ("a CZ", CZ, "1 dump that the unit does not accept")):
    @test("a folder: %s: what goes into no slot is said" % name)
    def _(room, data=data, lost=lost):
        room.write("set/a.syx", data)
        line = room.pty().listen()
        run = room.sxlib("send", "-p", line.port, "--delay", "0", "--force",
                         room.path("set"))
        equal((run.status, line.settled()), (0, data), "sent")
        equal([l for l in run.err.splitlines() if "not restored" in l],
              [lost + (": not restored to any slot" if "buffer" in lost
                       else ": not restored")] if lost else [], "reported")


@test("files that are named go in the order they are named")
def _(room):
    fill(room)
    line = room.pty().listen()
    run = room.sxlib("send", "-p", line.port, "--delay", "0",
                     room.path("set/a-global.syx"),
                     room.path("set/e-bank.syx"))
    equal(run.status, 0, "exit status")
    equal(line.settled(), SETTINGS + BANK, "sent")


@test("two folders: one after the other")
def _(room):
    first = fill(room, ["a-global.syx", "c-preset.syx"])
    room.write("two/e-bank.syx", BANK)
    line = room.pty().listen()
    run = room.sxlib("send", "-p", line.port, "--delay", "0", first,
                     room.path("two"))
    equal(run.status, 0, "exit status")
    equal(line.settled(), SETTINGS + PRESET + BANK, "sent")


h.main()
