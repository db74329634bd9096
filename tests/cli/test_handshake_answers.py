#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""receive --handshake and send --handshake, against units that wait: Roland's
two frames, MIDI File Dump, Casio CZ. The partners know nothing of sxlib."""
import signal
import threading
import time

import harness as h
from harness import check, equal, match, test
from instrument import Instrument


def ck(data):
    return bytes((-sum(data) & 0x7f,))


# ---- Units that send ----

class Unit(threading.Thread):
    """Sends steps of (bytes, answer expected or None), each after the last."""

    def __init__(self, line, steps):
        super().__init__(daemon=True)
        self.line, self.steps, self.wrong = line, steps, None
        self.start()

    def run(self):
        taken = 0
        for data, wanted in self.steps:
            self.line.feed(data)
            end = time.monotonic() + 20
            while wanted and len(self.line.got()) < taken + len(wanted):
                if time.monotonic() > end:
                    self.wrong = "no answer to %s" % data.hex()
                    return
                time.sleep(0.005)
            if wanted:
                got = self.line.got()[taken:taken + len(wanted)]
                taken += len(wanted)
                if got != wanted:
                    self.wrong = "%s answered by %s" % (data.hex(), got.hex())
                    return

    def done(self):
        self.join(30)
        equal(self.wrong, None, "the unit")


def d50(command, data=b""):
    body = bytes((0xf0, 0x41, 0x00, 0x14, command)) + data
    return body + (ck(data) if data else b"") + b"\xf7"


ACK = d50(0x43)
BLOCKS = [d50(0x42, bytes((2, 0, 4 * i)) + bytes((i, 2, 3, 4)))
          for i in range(3)]
BROKEN = BLOCKS[1][:-2] + bytes((BLOCKS[1][-2] ^ 1, 0xf7))
WSD = d50(0x40, bytes((2, 0, 0, 0, 0, 12)))


def mks50(command, data=b""):
    return (bytes((0xf0, 0x41, command, 0x01, 0x23)) + data
            + (ck(data) if data else b"") + b"\xf7")


def file_dump():
    header = b"\xf0\x7e\x05\x07\x01\x09BIN \x02\0\0\0TEST\xf7"
    body = b"\x7e\x05\x07\x02\x00\x01\x00\x41"
    x = 0
    for byte in body:
        x ^= byte
    return header, b"\xf0" + body + bytes((x, 0xf7)), b"\xf0\x7e\x05\x7b\x01\xf7"


def file_reply(what, packet):
    return bytes((0xf0, 0x7e, 0x09, what, packet, 0xf7))


HEADER, PACKET, EOF = file_dump()
CZ = b"\xf0\x44\x00\x00\x73\x30"

UNITS = {
    "Roland, new frame": (
        [(WSD, ACK), *[(b, ACK) for b in BLOCKS], (d50(0x45), ACK)], BLOCKS),
    "Roland, old frame": (
        [(mks50(0x40), mks50(0x43)),
         (mks50(0x42, bytes(256)), mks50(0x43)),
         (mks50(0x45), mks50(0x43))], [mks50(0x42, bytes(256))]),
    "Roland, a block that is broken comes again": (
        [(WSD, ACK), (BLOCKS[0], ACK), (BROKEN, d50(0x4e)), (BLOCKS[1], ACK),
         (d50(0x45), ACK)], [BLOCKS[0], BROKEN, BLOCKS[1]]),
    "File Dump": (
        [(HEADER, file_reply(0x7f, 0)), (PACKET, file_reply(0x7f, 0)),
         (EOF, file_reply(0x7f, 1))], [HEADER, PACKET]),
    "Casio": ([(CZ, b"\x73\x31"), (bytes(256) + b"\xf7", None)],
              [CZ + bytes(256) + b"\xf7"]),
}

for name, (steps, kept) in UNITS.items():
    @test("receive --handshake: %s" % name)
    def _(room, steps=steps, kept=kept):
        line = room.pty()
        line.listen()
        run = room.run("receive", "-p", line.port, "-o", "out/", "-n", "1",
                       "--handshake")
        run.listening()
        unit = Unit(line, steps)
        equal(run.end(limit=40), 5 if BROKEN in kept else 0, "exit status")
        unit.done()
        equal(b"".join(h.content(p, room) for p in run.lines), b"".join(kept),
              "kept")


def packet(number, data=b"\x41"):
    body = bytes((0x7e, 5, 7, 2, number, len(data))) + b"\0" + data
    x = 0
    for byte in body:
        x ^= byte
    return b"\xf0" + body + bytes((x, 0xf7))


# Transfers that are not all there: the steps, what is kept, its damage.
BROKEN_OFF = {
    "Roland, the unit gives up":
        ([(WSD, ACK), (BLOCKS[0], ACK), (d50(0x4f), None)],
         BLOCKS[:1], "interrupted"),
    "Roland, it stops": ([(WSD, ACK), (BLOCKS[0], ACK)], BLOCKS[:1], "timeout"),
    "File Dump, the unit cancels":
        ([(HEADER, file_reply(0x7f, 0)), (packet(0), file_reply(0x7f, 0)),
          (b"\xf0\x7e\x05\x7d\x00\xf7", None)],
         [HEADER, packet(0)], "interrupted"),
    "File Dump, a packet is lost":
        ([(HEADER, file_reply(0x7f, 0)), (packet(0), file_reply(0x7f, 0)),
          (packet(2), file_reply(0x7f, 2)),
          (b"\xf0\x7e\x05\x7b\x03\xf7", file_reply(0x7f, 3))],
         [HEADER, packet(0), packet(2)], "interrupted"),
}

for name, (steps, kept, damage) in BROKEN_OFF.items():
    @test("receive --handshake: %s: kept as damaged" % name)
    def _(room, steps=steps, kept=kept, damage=damage):
        line = room.pty()
        line.listen()
        run = room.run("receive", "-p", line.port, "-o", "out/", "-n", "1",
                       "--handshake", "--json", "-t", str(1 * room.scale),
                       "--gap", "100")
        run.listening()
        Unit(line, steps).done()
        equal(run.end(), 5, "exit status")
        equal([(h.content(o["file"], room), o["damaged"]) for o in run.json],
              [(b"".join(kept), damage)], "kept")
        check(run.json[0]["file"].endswith(".damaged.syx"), "its name")


@test("receive --handshake: a unit that is slow, gives up, and begins again")
def _(room):
    line = room.pty()
    line.listen()
    run = room.run("receive", "-p", line.port, "-o", "out/", "-n", "1",
                   "--handshake", "--json", "--gap", "50")
    run.listening()
    Unit(line, [(WSD, ACK), (BLOCKS[0], ACK), (d50(0x4f), None),
                (WSD, ACK), (BLOCKS[0], ACK)]).done()
    time.sleep(0.3)
    line.feed(BLOCKS[1] + d50(0x45))
    equal(run.end(), 5, "exit status")
    equal([(h.content(o["file"], room), o["damaged"]) for o in run.json],
          [(BLOCKS[0], "interrupted"), (BLOCKS[0] + BLOCKS[1], None)], "kept")


@test("without --handshake nothing is sent")
def _(room):
    line = room.pty()
    line.listen()
    run = room.run("receive", "-p", line.port, "-o", "out/", "-n", "1")
    run.listening()
    line.feed(WSD)
    line.feed(b"\xf0\x7d\x01\xf7")
    equal(run.end(), 0, "exit status")
    equal(line.settled(), b"", "sent")
    match("receive --handshake", run.err, "reported")


@test("a request of the unit is rejected; ^C tells it that no more is wanted")
def _(room):
    line = room.pty()
    line.listen()
    run = room.run("receive", "-p", line.port, "-o", "out/", "--handshake")
    run.listening()
    line.feed(d50(0x41, bytes((2, 0, 0, 0, 0, 12))))
    h.wait(lambda: line.got() == d50(0x4f), lambda: line.got().hex())
    line.feed(WSD)
    h.wait(lambda: line.got() == d50(0x4f) + ACK, lambda: line.got().hex())
    run.send_signal(signal.SIGINT)
    run.end()
    h.wait(lambda: line.got() == d50(0x4f) + ACK + d50(0x4f),
           lambda: line.got().hex())


# ---- Units that take ----

def roland_taker(plan):
    commands = []

    def answer(m):
        commands.append(m[4])
        what = plan.get((m[4], commands.count(m[4])),
                        None if m[4] == 0x4f else 0x43)
        return [d50(what)] if what else []
    return answer


def send(room, data, plan=None, answer=None):
    unit = Instrument(room.pty(), answer or roland_taker(plan or {}))
    run = room.sxlib("send", "-p", unit.line.port, "--handshake",
                     room.write("x.syx", data))
    return run, unit


TAKERS = {
    "taken": ({}, 0, [WSD, *BLOCKS, d50(0x45)]),
    "an error, and again": ({(0x42, 2): 0x4e}, 0,
                            [WSD, BLOCKS[0], BLOCKS[1], BLOCKS[1], BLOCKS[2],
                             d50(0x45)]),
    "rejected at once": ({(0x40, 1): 0x4f}, 1, [WSD]),
    "errors for good": ({(0x42, n): 0x4e for n in (1, 2, 3)}, 1,
                        [WSD, *[BLOCKS[0]] * 3, d50(0x4f)]),
    "nobody there": ({(0x40, 1): None}, 1, [WSD, d50(0x4f)]),
}

for name, (plan, status, heard) in TAKERS.items():
    @test("send --handshake: %s" % name)
    def _(room, plan=plan, status=status, heard=heard):
        run, unit = send(room, b"".join(BLOCKS), plan)
        equal(run.status, status, "exit status")
        equal(unit.heard, b"".join(heard), "sent")
        match("accepted 3 blocks" if status == 0 else "of 3 blocks", run.err,
              "reported")


@test("send --handshake: a File Dump, NAK, and a unit that never answers")
def _(room):
    packets = []

    def answer(m):
        if m[3:5] == b"\x07\x02":
            packets.append(m)
            return [file_reply(0x7e if len(packets) == 1 else 0x7f, 0)]
        return [file_reply(0x7f, 0)]
    data = HEADER + PACKET
    run, unit = send(room, data, answer=answer)
    equal((run.status, unit.heard), (0, data + PACKET), "NAK")
    run, unit = send(room, data, answer=lambda m: [])
    equal((run.status, unit.heard), (0, data), "open loop")
    match("did not answer", run.err, "reported")


@test("send --handshake: answers of another unit are none")
def _(room):
    def answer(m):
        return [d50(0x43).replace(b"\x00\x14", b"\x01\x14"),
                d50(0x4f).replace(b"\x00\x14", b"\x01\x14")]
    run, unit = send(room, b"".join(BLOCKS), answer=answer)
    equal((run.status, unit.heard), (1, WSD + d50(0x4f)), "sent")
    match("does not answer after 0 of 3", run.err, "reported")


@test("send --handshake: ^C tells the unit, and how far it came")
def _(room):
    def answer(m):
        return [d50(0x43)] if m in (WSD, BLOCKS[0]) else []
    unit = Instrument(room.pty(), answer)
    run = room.run("send", "-p", unit.line.port, "--handshake",
                   room.write("x.syx", b"".join(BLOCKS)))
    h.wait(lambda: unit.heard == WSD + BLOCKS[0] + BLOCKS[1],
           lambda: unit.heard.hex())
    run.send_signal(signal.SIGINT)
    equal(run.end(), -signal.SIGINT, "died of it")
    h.wait(lambda: unit.heard == WSD + BLOCKS[0] + BLOCKS[1] + d50(0x4f),
           lambda: unit.heard.hex())
    match("stopped after 1 of 3 blocks", run.err, "reported")


@test("send --handshake: other data are refused, and nothing is sent")
def _(room):
    run, unit = send(room, b"\xf0\x42\x30\x19\x4c\x00\xf7")
    equal(run.status, 1, "exit status")
    check(unit.heard == b"", "nothing sent")
    match("expected the data of one two-way dump", run.err, "why")


@test("a block that came twice, at first broken, is sent once")
def _(room):
    unit = Instrument(room.pty(), roland_taker({}))
    path = room.write("x.syx", BLOCKS[0] + BROKEN + b"".join(BLOCKS[1:]))
    run = room.sxlib("send", "-p", unit.line.port, "--handshake", path)
    equal((run.status, unit.heard), (1, b""), "a wrong checksum: refused")
    run = room.sxlib("send", "-p", unit.line.port, "--handshake", "--force",
                     path)
    equal(run.status, 0, run.err)
    equal(unit.heard, b"".join((WSD, *BLOCKS, d50(0x45))), "sent")
    match("1 broken block is left out", run.err, "reported")
    match("accepted 3 blocks", run.err, "all")


h.main()
