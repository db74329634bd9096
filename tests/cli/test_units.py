#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Several units of one model: whose answer it is, whom a dump is for; and
answers that do not say their slot."""
import functools
import os
import re
import time

import harness as h
from harness import FAST, check, equal, match
from instrument import Instrument

# The instrument is late where the machine is busy for longer.
test = functools.partial(h.test, prompt=0.1)


def quick(room):
    return ("--timeout", str(0.3 * room.scale), "--retries", "0", "--delay",
            "0")


def bank(unit):
    """32 voices of a DX7."""
    data = bytes(4096)
    return bytes([0xF0, 0x43, unit - 1, 9, 0x20, 0]) + data + b"\x00\xf7"


def blofeld(unit):
    data = bytes(380)
    return bytes([0xF0, 0x3E, 0x13, unit, 0x10, 0, 0]) + data + b"\x00\xf7"


def virus(unit):
    body = bytes([unit - 1, 0x10, 1, 0]) + bytes(256)
    return b"\xf0\x00\x20\x33\x01" + body + bytes([sum(body) & 127, 0xF7])


def neutron(unit):
    """A setting."""
    return bytes([0xF0, 0, 0x20, 0x32, 0x28, unit - 1, 0x0A, 1, 5, 0xF7])


def ask(room, answers, *args, **more):
    """answers: what it sends, for each thing it is asked."""
    line = room.pty()
    unit = Instrument(line, lambda m: answers(m) or [])
    run = room.sxlib("request", "-p", line.port, "-o", "out/", *quick(room),
                     *args, **more)
    return run, unit


for model, kind, make, unit, byte in (
        ("dx7", ["bank"], bank, 2, (2, 0x21)),
        ("blofeld", ["preset", "A001"], blofeld, 2, (3, 2)),
        ("virus", ["single", "A0"], virus, 2, (5, 1))):
    @test("request --id N: only unit N counts: %s" % model)
    def _(room, model=model, kind=kind, make=make, unit=unit, byte=byte):
        run, asked = ask(room, lambda m: [make(unit)], model, *kind, "--id",
                         str(unit), "-j")
        equal((run.status, [o["unit"] for o in run.json]), (0, [unit]), "it")
        equal(asked.messages[0][byte[0]], byte[1], "the request")
        run, _ = ask(room, lambda m: [make(1), make(unit)], model, *kind,
                     "--id", str(unit), "-j", "--label", "x")
        equal((run.status, [o["unit"] for o in run.json]), (0, [1, unit]),
              "both")
        run, _ = ask(room, lambda m: [make(1)], model, *kind, "--id",
                     str(unit), "-j")
        equal((run.status, [o["unit"] for o in run.json]), (3, [1]),
              "another")
        match(r"unit %d was queried, but this is from unit 1 \(use --id 1\)"
              % unit, run.err, "said")
        equal(len(room.files("out")), 4, "files")


@test("between two requests is the pause that the device needs")
def _(room):
    came = []

    def answer(message):
        came.append(time.monotonic())
        return [blofeld(0)[:5] + message[5:7] + bytes(380) + b"\x00\xf7"]

    line = room.pty()
    unit = Instrument(line, answer)
    run = room.sxlib("request", "-p", line.port, "-o", "out/", "blofeld",
                     "preset", "A001-A003")
    equal((run.status, len(run.lines)), (0, 3), "status and files")
    for before, after in zip(came, came[1:]):
        check(after - before >= 0.1, "only %.3f s" % (after - before))
    unit.off = True


@test("without --id a request to all is answered by any, one to unit 1 by it")
def _(room):
    run, _ = ask(room, lambda m: [blofeld(5)], "blofeld", "preset", "A001")
    equal(run.status, 0, "Blofeld")
    run, _ = ask(room, lambda m: [bank(2)], "dx7", "bank")
    equal(run.status, 3, "DX7")


@test("--resume: the file of another unit is none of this one")
def _(room):
    room.write("out/a.syx", bank(1))
    run, unit = ask(room, lambda m: [bank(2)], "dx7", "bank", "--id", "2",
                    "--resume")
    equal((run.status, len(unit.messages)), (0, 1), "asked")
    run, unit = ask(room, lambda m: [bank(2)], "dx7", "bank", "--id", "2",
                    "--resume")
    equal((run.status, len(unit.messages)), (0, 0), "there already")


@test("{unit} in names, unit in JSON, null where there is none")
def _(room):
    run = h.receive_stdin(room, bank(16) + b"\xf0\x7d\x01\xf7", "-j",
                          "--split", "message", "--name", "u{unit:03}-{n}")
    equal([(os.path.basename(o["file"]), o["unit"]) for o in run.json],
          [("u016-1.syx", 16), ("u-2.syx", None)], "names")
    run = room.sxlib("list", "-j", "out/", "--sort", "bytes")
    equal([o["unit"] for o in run.json], [None, 16], "listed")


@test("send --id N: the number and the checksum are rewritten")
def _(room):
    for make, unit in (bank, 7), (virus, 16), (neutron, 16):
        path = room.write("a.syx", make(2))
        h.send(room, room.pty().listen(), path, *FAST, "--id", str(unit),
               want=make(unit))
    path = room.write("b.syx", virus(2))
    line = room.pty().listen()
    run = h.send(room, line, path, *FAST, "--id", "3", want=virus(3))
    match("unit 2 -> 3", run.err, "said")


@test("send --id N is refused where it cannot be")
def _(room):
    for data, number, why in (
            (b"\xf0\x7d\x01\xf7", 1, "no unit number"),
            (bank(1), 17, "no such unit number"),
            (h.spoil(bank(1)), 2, "wrong")):
        run = room.sxlib("send", "--dry-run", "--force", "--id", str(number),
                         room.write("a.syx", data))
        equal(run.status, 1, why)
        match(why, run.err, why)


@test("what two units hold is compared without their numbers")
def _(room):
    changed = bytearray(virus(3))
    changed[100] ^= 1
    changed[-2] = sum(changed[5:-2]) & 127
    a = room.write("a.syx", virus(2))
    b = room.write("b.syx", virus(3))
    c = room.write("c.syx", bytes(changed))
    run = room.sxlib("diff", a, b)
    equal((run.status, len(run.lines)), (1, 3), "diff tells all")
    run = room.sxlib("diff", "--any-unit", a, b)
    equal((run.status, run.out), (0, b""), "--any-unit")
    match("1 the same, 0 different", run.err, "counted")
    run = room.sxlib("diff", "--any-unit", a, c, "-j")
    equal((run.status, [r["offset"] for r in run.json[0]["runs"]
                        if not r["decoded"] and r["field"] != "checksum"]),
          (1, [5, 100]), "another byte")
    # A wrong checksum is no part of the number.
    run = room.sxlib("diff", "--any-unit", a,
                     room.write("d.syx", h.spoil(virus(3))))
    equal(run.status, 1, "a wrong checksum")
    # Formats without such a number are compared as ever.
    for name, data in (("e", b"\xf0\x7d\x01\xf7"), ("f", b"\xf0\x7d\x02\xf7")):
        room.write(name + ".syx", data)
    equal(room.sxlib("diff", "--any-unit", "e.syx", "f.syx").status, 1, "7D")


@test("duplicates: one sound of two units")
def _(room):
    other = bytearray(bank(3))
    other[50] ^= 1
    other[-2] = -sum(other[6:-2]) & 127
    for number, data in enumerate((bank(1), bank(2), bytes(other))):
        room.write("%d.syx" % number, data)
    run = room.sxlib("duplicates", "-j", "0.syx", "1.syx", "2.syx")
    equal(run.status, 0, "exit status")
    equal(sorted(o["file"] for o in run.json if "sound" not in o),
          ["0.syx", "1.syx"], "which")


# --- Answers without a slot -------------------------------------------------

def hex_unit(message):
    """Answers any slot but 33, and never says which it is of."""
    if message[2] == 33:
        return []
    return [b"\xf0\x7d\x55" + bytes([message[2] ^ 0x55]) + bytes(20) + b"\xf7"]


@test("answers to --hex get the slot that was asked for, and leave gaps")
def _(room):
    run, _ = ask(room, hex_unit, "--hex", "F0 7D {slot} F7", "32-35", "-j",
                 "--name", "s{slot}-{n:02}")
    equal(run.status, 3, "exit status")
    equal([(os.path.basename(o["file"]), o["slot"], o["slot_text"])
           for o in run.json],
          [("s32-01.syx", 32, "32"), ("s34-03.syx", 34, "34"),
           ("s35-04.syx", 35, "35")], "what came")
    for o in run.json:
        equal(h.content(o["file"], room)[3] ^ 0x55, o["slot"], "content")
    match("no answer: request 33$", run.err, "said", re.M)
    run, _ = ask(room, hex_unit, "--hex", "F0 7D {slot} F7", "40-41", "-j",
                 "--name", "s{slot}-{n:02}")
    equal([os.path.basename(o["file"]) for o in run.json],
          ["s40-05.syx", "s41-06.syx"], "goes on after the highest")


@test("what nobody asked for takes no number of those that were")
def _(room):
    def answers(message):
        extra = [b"\xf0\x43\x00\x09\x20\x00" + bytes(40) + b"\xf7"]
        return (extra if message[-2] == 1 else []) \
            + [bytes([0xF0, 0x3E, 0x13, 0, 0x10, 0, message[-2]]) + bytes(380)
               + b"\x00\xf7"]
    run, _ = ask(room, answers, "blofeld", "preset", "A001-A003", "-j",
                 "--name", "{maker}{n}")
    equal(sorted(os.path.basename(o["file"]) for o in run.json),
          ["waldorf1.syx", "waldorf2.syx", "waldorf3.syx", "yamaha4.syx"],
          "names")


@test("a dump that may yet be stored is kept, though all answers are here")
def _(room):
    tone = b"\xf0\x41\x35\x00\x21\x20\x01PIANO     " + bytes(49) + b"\xf7"
    run, _ = ask(room, lambda m: [blofeld(1) + tone], "blofeld", "preset",
                 "A001")
    equal(run.status, 0, "exit status")
    equal(sorted(room.files("out").values(), key=len), [tone, blofeld(1)],
          "files")
    equal([n for n in room.files("out") if n.endswith(".part")], [], "parts")


@test("an answer that is cut keeps its slot, and no one blames the unit")
def _(room):
    line = room.pty()
    half = b"\xf0\x7d\x55\x01\x02"
    unit = Instrument(line, lambda m: [half])
    run = room.run("request", "-p", line.port, "-o", "out/", "--hex",
                   "F0 7D {slot} F7", "7-9", "--name", "s{slot}-{n}")
    unit.wait_for(1)
    run.until(lambda: any(f.endswith(".part") and data == half
                          for f, data in room.files("out").items()))
    equal(run.stop(), -2, "exit status")
    equal(room.files("out"), {"s7-1.damaged.syx": half}, "files")
    match("request 7 was received incomplete: interrupted", run.err, "said")
    match("^.*incomplete: request 7$", run.err, "said", re.M)
    match("^.*not requested: request 8-9$", run.err, "said", re.M)
    check("damaged or" not in run.err, "the unit is blamed")


if __name__ == "__main__":
    h.main()
