#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Sounds out of banks to an instrument: to its edit buffer, or to a slot."""
import harness as h
import voices
from harness import check, equal, match, test

DX7 = "sim:dx7?rate=1000000"


def make_bank(room):
    all_ = [voices.voice(room.random, "VOICE %02d" % (n + 1))
            for n in range(32)]
    return room.write("rom.syx", voices.bank(all_)), all_


def make_programs(room, *slots):
    all_ = [voices.program(room.random, "Prog %d" % slot, slot)
            for slot in slots]
    return room.write("p.syx", b"".join(all_)), all_


def sent(room, *args):
    run = room.sxlib("send", "-p", "-", "--rate", "max", "--delay", "0", *args)
    equal(run.status, 0, "%s: %s" % (" ".join(args), run.err))
    return run.out, run.err


@test("a voice of a bank goes to the edit buffer")
def _(room):
    path, all_ = make_bank(room)
    out, err = sent(room, path + ":12")
    equal(out, voices.single(all_[11]), "what was sent")
    match("rom.syx:12: to the edit buffer", err, "what is reported")
    out, _ = sent(room, path + ":=voice 32", path + ":#1-#2")
    equal(out, b"".join(voices.single(all_[n]) for n in (31, 0, 1)), "three")
    out, _ = sent(room, path)
    equal(out, voices.bank(all_), "the bank itself")
    out, _ = sent(room, path, "--to", "buffer")
    equal(out, b"".join(voices.single(v) for v in all_), "all of its voices")


@test("it is in the edit buffer: asked for, it comes back")
def _(room):
    path, _ = make_bank(room)
    run = room.sxlib("send", "-p", DX7, path + ":20", "--verify")
    equal(run.status, 0, run.err)
    match("read back the same: 1 message, 163 bytes", run.err, "verified")
    run = room.sxlib("request", "-p", DX7, "dx7", "buffer", "-o", "b.syx")
    equal(run.status, 0, run.err)
    run = room.sxlib("show", "--json", "b.syx")
    equal([m["name"] for m in run.json], ["SIM 01"], "its own voice")
    run = room.sxlib("send", "-p", DX7, path, "--verify")
    match("read back the same: 1 message, 4104 bytes", run.err, "the bank")


@test("a program goes to the edit buffer, or to another slot")
def _(room):
    path, (first, second) = make_programs(room, 3, 70)
    out, err = sent(room, path + ":A071")
    equal(out, voices.buffer(second), "the edit buffer")
    out, _ = sent(room, path, "--to", "buffer")
    equal(out, voices.buffer(first) + voices.buffer(second), "both")
    out, err = sent(room, path + ":A004,A071", "--to", "B002,A001")
    equal(out, first[:4] + b"\x01\x01" + first[6:] +
          second[:4] + b"\x00\x00" + second[6:], "slots")
    match("p.syx:A004: to slot B002\n.*p.syx:A071: to slot A001", err, "said")
    # An edit buffer's dump is stored, too.
    room.write("b.syx", voices.buffer(second))
    out, _ = sent(room, "b.syx:#1", "--to", "A128")
    equal(out, second[:4] + b"\x00\x7f" + second[6:], "stored")
    out, _ = sent(room, "b.syx:#1")
    equal(out, voices.buffer(second), "as it is")


@test("where no way is known, nothing is sent")
def _(room):
    path, _ = make_bank(room)
    programs, _ = make_programs(room, 3, 70)
    kit = room.write("kit.syx", h.md_kit(room.random, 4, b"KIT"))
    for args, status, want in (
            ([path + ":1", "--to", "5"], 1,
             "rom.syx:1': how to store a single sound in a slot of a DX7"),
            ([kit + ":#1"], 1, "Machinedrum kit to the edit buffer"),
            ([kit, "--to", "buffer"], 1, "to the edit buffer"),
            ([programs + ":#1-#2", "--to", "A001"], 2, "names 1 slot"),
            ([programs + ":#1", "--to", "A001-A002"], 2,
             "names 2 slots for 1 sound"),
            ([programs + ":#1", "--to", "Z999"], 2, "Z999"),
            ([programs + ":#1", kit + ":#1", "--to", "A001-A002"], 1,
             "of a Machinedrum, those before it of a Prophet '08"),
            ([programs + ":#1", kit, "--to", "A001-A002"], 2, "takes either"),
            ([kit, programs + ":#1", "--to", "A001-A002"], 2, "takes either"),
            ([path + ":33"], voices.WRONG_REF, "33"),
            ([path + ":=no"], voices.WRONG_REF, "no"),
            ([path + ":#0"], voices.WRONG_REF, "#0")):
        run = room.sxlib("send", "-p", "-", *args)
        equal((run.status, run.out), (status, b""), " ".join(args))
        match(want, run.err, " ".join(args))
    # A slot that several have is ambiguous.
    twice = room.write("twice.syx", room.read("p.syx") * 2)
    run = room.sxlib("send", "-p", "-", twice + ":A004")
    equal((run.status, run.out), (voices.WRONG_REF, b""), "two in one slot")
    match("#1", run.err, "which they are")


@test("--dry-run, --json and --step know each sound by its reference")
def _(room):
    path, _ = make_bank(room)
    run = room.sxlib("send", "--dry-run", path + ":2,4")
    match("rom.syx:2: offset 0: Yamaha, DX7, preset, \"VOICE 02\", 163 bytes",
          run.out.decode(), "the first")
    match("rom.syx:4: offset 0", run.out.decode(), "the second")
    run = room.sxlib("send", "--dry-run", "--json", path + ":2")
    equal([(m["file"], m["name"], m["bytes"]) for m in run.json],
          [(path + ":2", "VOICE 02", 163)], "as JSON")
    run = room.sxlib("send", "-p", DX7, "--step", path + ":2,4",
                     stdin=b"\n\n")
    equal(run.status, 0, run.err)
    check(run.err.count("make the unit ready") == 2, "asked twice")


if __name__ == "__main__":
    h.main()
