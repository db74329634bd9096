#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""request: what goes before a request, and answers of several messages."""
import functools
import time

import harness as h
from harness import equal
from instrument import Instrument

# The instrument is late where the machine is busy for longer.
test = functools.partial(h.test, prompt=0.2)


def quick(room):
    return ("--timeout", str(0.5 * room.scale), "--retries", "1")


def ask(room, unit, *args):
    return room.sxlib("request", "-p", unit.line.port, "-o", "out/",
                      *quick(room), *args)


def kept(room):
    found = room.files("out")
    return [found[name] for name in sorted(found)]


class Juno(Instrument):
    """Sends a patch when a program change chooses it, and nothing else."""

    def __init__(self, line):
        super().__init__(line, lambda m: [])
        self.chosen = []

    def patch(self, number):
        return bytes((0xf0, 0x41, 0x30, 0x02, number)) + bytes(18) + b"\xf7"

    def run(self):
        done = 0
        while not self.off and self.line.master >= 0:
            got = self.line.got()
            while len(got) >= done + 2:
                equal(got[done], 0xc2, "status")
                self.chosen.append(got[done + 1])
                self.line.feed(self.patch(got[done + 1]))
                done += 2
            time.sleep(0.005)


@test("a program change alone asks: the unit sends what it changes to")
def _(room):
    unit = Juno(room.pty())
    run = ask(room, unit, "--id", "3", "juno-106", "preset", "A11-A13,B88")
    equal(run.status, 0, "exit status")
    equal(unit.chosen, [0, 1, 2, 127], "programs chosen")
    equal(kept(room), [unit.patch(n) for n in (0, 1, 2, 127)], "kept")


@test("a bank is chosen by a message before the request")
def _(room):
    def answer(m):
        bank = [b for b in unit.messages if b[3] == 0x0a][-1][4]
        if m[3] != 0x04:
            return []
        body = bytes((m[5] % 16, bank)) + bytes(266)
        low = sum(body[i] | body[i + 1] << 4 for i in range(0, len(body), 2))
        return [bytes((0xf0, 0x10, 0x06, 0x01, m[5])) + body
                + bytes((low & 0x7f, 0xf7))]
    unit = Instrument(room.pty(), answer)
    run = ask(room, unit, "matrix-1000", "program", "099-100")
    equal(run.status, 0, "exit status")
    equal([m.hex() for m in unit.messages],
          ["f010060a00f7", "f01006040163f7", "f010060a01f7",
           "f01006040100f7"], "asked")
    equal([m[4:7] for m in kept(room)], [b"\x63\x03\x00", b"\x00\x00\x01"],
          "kept")


TONES = [bytes.fromhex("f0440000703001") + bytes((n,)) * 255 + b"\xf7"
         for n in (1, 2, 2, 3)]


def twice(unit):
    asked = [m[6] - 0x20 for m in unit.messages]
    return [TONES[asked[-1]]] * 2 if asked.count(asked[-1]) == 1 else [
        TONES[asked[-1]]]


@test("answers that do not tell their slot come twice, two slots are equal")
def _(room):
    unit = Instrument(room.pty(), lambda m: twice(unit))
    run = ask(room, unit, "--delay", "0", "--retries", "0", "cz", "tone",
              "1-4")
    equal(run.status, 0, "exit status")
    equal(kept(room), TONES, "kept, in the order of the slots")
    equal([m[6] - 0x20 for m in unit.messages], [0, 1, 2, 2, 3], "asked")


class DW(Instrument):
    """A DW-8000 on a line that loses a byte of these answers."""

    def __init__(self, line, lost):
        self.lost, self.asked = lost, 0
        super().__init__(line, self.answer)

    def answer(self, m):
        self.asked += 1
        program = b"\xf0\x42\x30\x03\x40" + bytes(range(51)) + b"\xf7"
        at = self.lost.get(self.asked)
        return [program if at is None else program[:at] + program[at + 1:]]


for lost, status, size, damaged, said in (
        ({1: 20}, 0, 57, 0, "received with an unexpected length"),
        ({1: 20, 2: 30}, 5, 56, 1, "wrong checksum: program"),
        ({1: 20, 2: 20}, 0, 56, 0, "56 bytes, .*, unexpected length")):
    @test("an answer that is too short is requested again: %s" % lost)
    def _(room, lost=lost, status=status, size=size, damaged=damaged,
          said=said):
        unit = DW(room.pty(), lost)
        run = ask(room, unit, "dw-8000", "program")
        equal((run.status, unit.asked), (status, 2), "exit status, asked")
        found = room.files("out")
        equal(len([n for n in found if n.endswith(".damaged.syx")]), damaged,
              "damaged")
        equal([len(found[n]) for n in found if ".damaged." not in n], [size],
              "kept under its own name")
        h.match(said, run.err, "reported")



@test("too short a file: verify says so, --resume requests it again")
def _(room):
    program = b"\xf0\x10\x02\x01\x00\x00" + bytes(392) + b"\xf7"
    unit = Instrument(room.pty(), lambda m: [program])
    room.write("out/x.syx", program[:50] + program[51:])
    run = room.sxlib("verify", "out/")
    h.match("unexpected length", run.err, "stderr")
    h.match("0 bad, 1 odd", run.err, "stderr")
    run = ask(room, unit, "xpander", "preset", "00", "--resume")
    equal((run.status, len(unit.messages)), (0, 1), "exit status, asked")
    equal(sorted(kept(room), key=len)[1], program, "kept")


@test("--resume: what does not tell its slot is requested again")
def _(room):
    unit = Instrument(room.pty(), lambda m: [TONES[m[6] - 0x20]])
    args = ("--delay", "0", "--retries", "0", "cz", "tone")
    equal(ask(room, unit, *args, "1").status, 0, "exit status of the first")
    run = ask(room, unit, *args, "--resume", "2,4")
    equal(run.status, 0, "exit status")
    h.match("a tone of the CZ series does not tell its slot: all are "
            "requested\n", run.err, "stderr")
    equal([m[6] - 0x20 for m in unit.messages], [0, 1, 3], "asked")
    equal(sorted(kept(room)), sorted((TONES[0], TONES[1], TONES[3])), "kept")


@test("--resume is not offered where it would request all again")
def _(room):
    unit = Instrument(room.pty(), lambda m: [
        TONES[0] if m[6] == 0x20 else b""])
    run = ask(room, unit, "--delay", "0", "--retries", "0", "cz", "tone",
              "1-2")
    equal(run.status, 3, "exit status")
    h.match(r"received 1 of 2, \d+ bytes in [\d.]+ s\n", run.err, "stderr")


UNKNOWN = [b"\xf0\x7d\x01" + bytes((n,)) * 40 + b"\xf7" for n in (1, 2, 2, 3)]


@test("--hex: what comes twice is not taken for the next slot's")
def _(room):
    end = 0.5 * room.scale

    def answer(m):
        dump = UNKNOWN[m[2]]
        if len(unit.messages) == 1:
            return [dump, end * 1.4, dump, end * 1.4]
        return [dump]
    unit = Instrument(room.pty(), answer)
    run = room.sxlib("request", "-p", unit.line.port, "-o", "out/", "-t",
                     str(2 * end), "--name", "s{n}", "--hex", "F0 7D {slot} F7",
                     "0-3")
    equal(run.status, 0, "exit status")
    equal(room.files("out"), {"s%d.syx" % (n + 1): dump
                              for n, dump in enumerate(UNKNOWN)}, "files")
    equal([m[2] for m in unit.messages], [0, 1, 2, 2, 3], "asked")


@test("--hex: a copy of an answer, and the next behind it in one dump")
def _(room):
    end = 0.5 * room.scale

    def answer(m):
        dump = UNKNOWN[m[2]]
        return [dump, end * 1.4, dump] if len(unit.messages) == 1 else [dump]
    unit = Instrument(room.pty(), answer)
    run = room.sxlib("request", "-p", unit.line.port, "-o", "out/", "-t",
                     str(2 * end), "--name", "s{n}", "--hex", "F0 7D {slot} F7",
                     "0,1,3")
    equal(run.status, 0, "exit status")
    equal(room.files("out"),
          {"s1.syx": UNKNOWN[0], "s2.syx": UNKNOWN[1], "s3.syx": UNKNOWN[3],
           "s4.syx": UNKNOWN[0] + UNKNOWN[1]}, "files")
    h.match("not what was requested, kept under its own name", run.err, "said")
    equal([m[2] for m in unit.messages], [0, 1, 1, 3], "asked")


@test("--hex: the answer to a slot that was given up is not the next one's")
def _(room):
    end = 0.5 * room.scale

    def answer(m):
        dump = UNKNOWN[m[2]]
        return [end * 3.4, dump, end * 1.4] if len(unit.messages) == 1 else [
            dump]
    unit = Instrument(room.pty(), answer)
    run = room.sxlib("request", "-p", unit.line.port, "-o", "out/", "-t",
                     str(2 * end), "--retries", "0", "--name", "s{n}", "--hex",
                     "F0 7D {slot} F7", "0,1,3")
    equal(run.status, 3, "exit status")
    equal(room.files("out"),
          {"s2.syx": UNKNOWN[1], "s3.syx": UNKNOWN[3], "s4.syx": UNKNOWN[0]},
          "files")
    h.match("no answer: request 0\n", run.err, "said")
    h.match("not what was requested, kept under its own name", run.err, "said")


def block(address, data=b"", device=0):
    counted = bytes((4,)) + bytes(address) + data
    return (bytes((0xf0, 0x43, device, 0x7f, 0x1c, 0, len(counted))) + counted
            + bytes((-sum(counted) & 0x7f, 0xf7)))


VOICE = [block((0x0e, 0x0f, 0)), block((0x30, 0, 0), bytes(range(16))),
         block((0x0f, 0x0f, 0))]

ANSWERS = {
    "whole": (lambda n: VOICE, 0, [b"".join(VOICE)]),
    "its end is lost, then whole": (
        lambda n: VOICE[:2] if n == 1 else VOICE, 0, None),
    "its end is lost for good": (lambda n: VOICE[:2], 5, None),
    "of another unit": (
        lambda n: [m[:2] + b"\x05" + m[3:] for m in VOICE], 3, None),
    "slowly": (lambda n: [VOICE[0], 0.2, VOICE[1], 0.2, VOICE[2]], 0,
               [b"".join(VOICE)]),
}

for name, (answers, status, files) in ANSWERS.items():
    @test("an answer of several messages: %s" % name)
    def _(room, answers=answers, status=status, files=files):
        unit = Instrument(room.pty(), lambda m: answers(len(unit.messages)))
        run = ask(room, unit, "--id", "1", "reface cp", "voice")
        equal(run.status, status, "exit status")
        equal(unit.messages[0].hex(), "f043207f1c040e0f00f7", "asked")
        if files is not None:
            equal(kept(room), files, "kept")
        whole = b"".join(VOICE)
        equal(status == 0, whole in kept(room), "there is a whole one")


def dx(address, data=b""):
    counted = bytes((5,)) + bytes(address) + data
    return (bytes((0xf0, 0x43, 0, 0x7f, 0x1c, 0, len(counted))) + counted
            + bytes((-sum(counted) & 0x7f,)) + b"\xf7")


@test("late, cut, of several messages, and no slot in it: kept")
def _(room):
    first, second = ([dx((0x0e, 0x0f, 0)), dx((0x31, 0, 0), bytes((n, 7))),
                      dx((0x0f, 0x0f, 0))] for n in (1, 2))
    plan = [[], first[:2], second, second]
    unit = Instrument(room.pty(), lambda m: plan[len(unit.messages) - 1])
    run = ask(room, unit, "--delay", "0", "--retries", "0", "reface-dx",
              "voice", "1-2")
    equal(len(unit.messages), 4, "requests")
    equal(run.status, 5, "exit status")
    equal(sorted(room.files("out").values()),
          sorted([b"".join(first[:2]), b"".join(second)]), "kept")
    h.match("no answer: voice 1\n", run.err, "stderr")
    h.match("1 duplicate message: kept once", run.err, "stderr")


if __name__ == "__main__":
    h.main()
