#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""send --verify: it is fetched back and compared, and no more is claimed than
was proved."""
import signal
import time

import harness as h
from harness import FAST, check, equal, match, test
from instrument import Instrument
from machinedrum_sim import KIT, PATTERN, Machinedrum
from roland_sim import Roland, checked, seven


def verify(room, unit, line, *args, status=0, limit=h.LIMIT):
    run = room.sxlib("send", "-p", line.port, *FAST, "--verify", *args,
                     limit=limit)
    equal(run.status, status, "exit status")
    return run


def drum(room, **more):
    line = room.pty()
    return line, Machinedrum(line, **more)


def by_hand(room, dumps, *args, status=0, plan=lambda m: [], first=0.4):
    """A unit that cannot be asked: its owner starts `dumps` when prompted."""
    line = room.pty()
    unit = Instrument(line, plan)
    run = room.run("send", "-p", line.port, *FAST, "--verify", *args)
    run.says("now dump it back")
    time.sleep(first)
    for dump in dumps:
        line.feed(dump)
        time.sleep(0.05)
    equal(run.end(), status, "exit status")
    return run, unit


@test("a pattern and a kit come back the same, and only that is said")
def _(room):
    line, unit = drum(room)
    data = h.md_pattern(room.random, 3) + h.md_kit(room.random, 5, b"DEEP")
    run = verify(room, unit, line, room.write("x.syx", data))
    equal(unit.asked, [(PATTERN, 3), (KIT, 5)], "what was asked for")
    match("read back the same: 2 messages, %d bytes; different: 0; not "
          "read back: 0" % len(data), run.err, "stderr")
    equal(run.out, b"", "stdout")


@test("a unit that stored something else: exit 1, with what differs")
def _(room):
    line, unit = drum(room)
    data = h.md_kit(room.random, 5, b"DEEP")
    save = unit.save

    def store(message):
        save(message)
        kept = bytearray(unit.memory[KIT, 5])
        kept[7] ^= 1         # its version
        kept[100] ^= 1
        unit.memory[KIT, 5] = h.elektron(2, KIT, (kept[7], kept[8]), 5,
                                         bytes(kept[10:-5]))
    unit.save = store
    run = verify(room, unit, line, room.write("x.syx", data), status=1)
    match("0000?64|000064", run.out.decode(), "the byte, as in diff")
    match("DIFFERENT", run.err, "stderr")
    match("the same: 0 messages, 0 bytes; different: 1", run.err, "stderr")
    equal(len(unit.asked), 1, "times it was asked")


@test("--json: a verdict for each, and the bytes that differ")
def _(room):
    line, unit = drum(room)
    good, bad = h.md_kit(room.random, 1, b"A"), h.md_kit(room.random, 2, b"B")
    save = unit.save
    unit.save = lambda m: save(m) if m[9] == 1 else None
    run = verify(room, unit, line, room.write("x.syx", good + bad), "--json",
                 status=1)
    equal([o["verified"] for o in run.json if "verified" in o],
          ["same", "different"], "verdicts")
    equal([o["slot"] for o in run.json if "runs" in o], [2], "differences")


@test("late, slow, doubled, with an echo: no matter")
def _(room):
    for trouble in ("late 1.2", "slow 2.5", "twice", "echo", "other"):
        line, unit = drum(room, always=trouble)
        data = b"".join(h.md_pattern(room.random, n) for n in (3, 4))
        run = verify(room, unit, line, room.write("x.syx", data))
        equal(unit.asked, [(PATTERN, 3), (PATTERN, 4)], trouble)
        match("the same: 2 messages", run.err, "stderr")


@test("lost, cut and corrupt answers: asked again")
def _(room):
    for trouble in ("deaf", "short", "cut", "note", "corrupt", "wrong 9"):
        line, unit = drum(room, plan={(KIT, 3): [trouble]})
        data = h.md_kit(room.random, 3, b"K")
        run = verify(room, unit, line, room.write("x.syx", data))
        equal(unit.asked, [(KIT, 3)] * 2, trouble)
        match("the same: 1 message", run.err, "stderr")


def reface(address, data=b"", device=0):
    counted = bytes((4,)) + bytes(address) + data
    return (bytes((0xf0, 0x43, device, 0x7f, 0x1c, 0, len(counted))) + counted
            + bytes((-sum(counted) & 0x7f,)) + b"\xf7")


def voice(last):
    return [reface((0x0e, 0x0f, 0)), reface((0x30, 0, 0), bytes((1, last))),
            reface((0x0f, 0x0f, 0))]


def verify_voice(room, answer, status):
    """Of a unit that answers with several messages."""
    unit = Instrument(
        room.pty(), lambda m: answer if m[2] & 0xf0 == 0x20 else [])
    sent = room.write("voice.syx", b"".join(voice(2)))
    run = verify(room, unit, unit.line, sent, "--retries", "0", status=status)
    equal([m.hex() for m in unit.messages[3:]], ["f043207f1c040e0f00f7"],
          "asked")
    return run.err


@test("an answer of several messages: each is compared with its own")
def _(room):
    match("read back the same: 3 messages, 41 bytes; different: 0; not read "
          "back: 0", verify_voice(room, voice(2), 0), "the same")
    match("the same: 2 messages, 26 bytes; different: 1; not read back: 0",
          verify_voice(room, voice(3), 1), "a byte differs")
    more = voice(2)[:2] + voice(2)[1:]
    match("the same: 2 messages, 28 bytes; different: 1; not read back: 0",
          verify_voice(room, more, 1), "one more")
    match("the same: 0 messages, 0 bytes; different: 0; not read back: 3",
          verify_voice(room, voice(2)[:2], 3), "without its end")


@test("no answer however often: exit 3, and it says which")
def _(room):
    line, unit = drum(room, plan={(KIT, 3): ["deaf"] * 9})
    data = h.md_kit(room.random, 3, b"K") + h.md_kit(room.random, 4, b"L")
    run = verify(room, unit, line, room.write("x.syx", data), "--retries",
                 "1", status=3)
    equal(unit.asked, [(KIT, 3)] * 2 + [(KIT, 4)], "what was asked for")
    match("x.syx: offset 0: not read back", run.err, "stderr")
    match("the same: 1 message, .*not read back: 1", run.err, "stderr")


@test("one is silent and one differs: exit 1, the worse of the two")
def _(room):
    line, unit = drum(room, plan={(KIT, 3): ["deaf"] * 9})
    save = unit.save
    unit.save = lambda m: save(m) if m[9] == 3 else None
    data = h.md_kit(room.random, 3, b"K") + h.md_kit(room.random, 4, b"L")
    run = verify(room, unit, line, room.write("x.syx", data), "--retries",
                 "0", status=1)
    match("different: 1; not read back: 1", run.err, "stderr")


@test("one that is always corrupt is never called the same")
def _(room):
    line, unit = drum(room, plan={(KIT, 3): ["corrupt"] * 9})
    run = verify(room, unit, line, room.write(
        "x.syx", h.md_kit(room.random, 3, b"K")), status=1)
    equal(len(unit.asked), 3, "times it was asked")
    match("the same: 0 messages", run.err, "stderr")
    match("has a wrong checksum", run.err, "stderr")


@test("a loop that gives back all that is sent proves nothing")
def _(room):
    line = room.pty()
    Instrument(line, lambda m: [m])
    run = room.sxlib("send", "-p", line.port, *FAST, "--verify", "--retries",
                     "0", room.write("x.syx", h.md_kit(room.random, 3, b"K")))
    equal(run.status, 3, "exit status")
    match("the sent messages at once.*proves nothing", run.err, "stderr")
    match("the same: 0 messages", run.err, "stderr")


@test("a slot that is sent twice is compared with the last; no dumps are not")
def _(room):
    line, unit = drum(room)
    data = (h.md_kit(room.random, 3, b"A") + h.md_kit(room.random, 3, b"B")
            + bytes.fromhex("f000203c020058 03f7"))
    run = verify(room, unit, line, room.write("x.syx", data))
    equal(unit.asked, [(KIT, 3)], "what was asked for")
    match("1 not compared: the same slot", run.err, "stderr")
    match("1 not compared: not dumps", run.err, "stderr")
    run = room.sxlib("send", "-p", line.port, "--verify", "--hex",
                     "f000203c02005803f7")
    equal(run.status, 1, "nothing that could come back")


@test("--to and --verify together: the new slot is asked for")
def _(room):
    line, unit = drum(room)
    data = h.md_pattern(room.random, 0)
    run = verify(room, unit, line, room.write("x.syx", data), "--to", "C05")
    equal(unit.asked, [(PATTERN, 36)], "what was asked for")
    equal(unit.memory[PATTERN, 36][10:-5], data[10:-5], "what it holds")
    match("the same: 1 message", run.err, "stderr")


@test("a unit that cannot be asked: prompt, and compare what is dumped")
def _(room):
    data = h.jomox(room.random, 300)
    path = room.write("x.syx", data)
    run, unit = by_hand(room, [data], path)
    match("now dump it back from the unit: Jomox", run.err, "prompt")
    match("(?s)dump it back from the unit yourself.*sent 1 message.*now dump it back",
          run.err, "what awaits the user, first")
    match("the same: 1 message, %d bytes" % len(data), run.err, "stderr")
    equal(unit.heard, data, "requested nothing")
    other = bytearray(data)
    other[50] ^= 1
    run, _ = by_hand(room, [bytes(other)], path, status=1)
    match("000032", run.out.decode(), "the byte")


@test("by hand: a pair is dumped back as one, whatever its slot")
def _(room):
    tone = b"\xf0\x41\x35\x00\x21\x20\x01PIANO     " + bytes(49) + b"\xf7"
    store = b"\xf0\x41\x34\x00\x21\x20\x01\x00\x05\x02\xf7"
    run, _ = by_hand(room, [tone], room.write("x.syx", tone + store))
    match("the same: 1 message, 67 bytes", run.err, "stderr")
    changed = tone.replace(b"PIANO", b"PIANX")
    run, _ = by_hand(room, [changed], room.path("x.syx"), status=1)


@test("by hand: several in any order, cut ones once more, others passed over")
def _(room):
    data = [h.jomox(room.random, 100 + 9 * n) for n in range(3)]
    path = room.write("x.syx", b"".join(data))
    run, _ = by_hand(room, [data[2], data[0][:50] + b"\x90\x40\x40",
                            h.md_kit(room.random, 1, b"K"), data[0],
                            data[1]], path)
    match("received a damaged dump", run.err, "stderr")
    match("the same: 3 messages", run.err, "stderr")


@test("by hand: nobody dumps it: exit 3; Ctrl-C: it says how far")
def _(room):
    data = h.jomox(room.random, 100)
    path = room.write("x.syx", data)
    run, _ = by_hand(room, [], path, "--timeout", "0.5", status=3)
    match("not read back", run.err, "stderr")
    line = room.pty()
    unit = Instrument(line, lambda m: [])
    run = room.run("send", "-p", line.port, *FAST, "--verify", path)
    run.says("now dump it back")
    run.stop()
    equal(run.status, -signal.SIGINT, "exit status")
    match("1 sent message not compared", run.err, "stderr")
    equal(unit.heard, data, "bytes")


@test("Ctrl-C while it goes out, and while it is asked for")
def _(room):
    line = room.pty().listen()
    path = room.write("x.syx", h.elektron(
        2, PATTERN, (3, 1), 1, h.data7(room.random, 5395)))
    run = room.run("send", "-p", line.port, "--delay", "0", "--verify", path)
    line.got(20, 800)
    run.stop()
    equal(run.status, -signal.SIGINT, "exit status")
    got = line.settled()
    check(len(got) < 5000 and got.endswith(b"\xf7"), "closed with F7")
    line, unit = drum(room, always="deaf")
    run = room.run("send", "-p", line.port, *FAST, "--verify", path)
    unit.wait_for(2)
    run.stop()
    equal(run.status, -signal.SIGINT, "exit status")
    check(line.settled().endswith(b"\xf7"), "no open SysEx")
    match("not compared", run.err, "stderr")


@test("the line is hung up: exit 4; what contradicts: exit 2")
def _(room):
    line, unit = drum(room, always="deaf")
    path = room.write("x.syx", h.md_kit(room.random, 1, b"K"))
    run = room.run("send", "-p", line.port, *FAST, "--verify", path)
    unit.wait_for(2)
    unit.off = True
    unit.join()
    line.hang_up()
    equal(run.end(), 4, "exit status")
    for args in (("--verify", "--wait", "1"), ("--timeout", "1"),
                 ("--retries", "1"), ("--verify", "--retries", "x")):
        equal(room.sxlib("send", "-p", line.port, *args, path).status, 2,
              "status of %s" % (args,))
    equal(room.sxlib("send", "-p", "-", "--verify", path).status, 2, "stdout")


def timbre(room, number=3, size=246):
    """(address, what is sent) of an MT-32 timbre, in one DT1."""
    at = (8 << 14) + 256 * number
    return at, checked(bytes.fromhex("f041101612"),
                       seven(at, 3) + h.data7(room.random, size))


@test("an answer in several pieces is put together, then compared")
def _(room):
    for packet in (256, 100, 41, 245):
        line = room.pty()
        unit = Roland(line, packet=packet)
        at, data = timbre(room)
        run = verify(room, unit, line, room.write("x.syx", data))
        equal(unit.asked, [(at, 246)], "what was asked for")
        match("the same: 1 message, %d bytes" % len(data), run.err, "stderr")


@test("a byte of its last piece is another: exit 1, and which")
def _(room):
    line = room.pty()
    unit = Roland(line, packet=100)
    at, data = timbre(room)
    honest = unit.packets

    def packets(address, size):
        unit.memory[at + 240] = data[8 + 240] ^ 1
        return honest(address, size)
    unit.packets = packets
    run = verify(room, unit, line, room.write("x.syx", data), status=1)
    match("0000?%02x" % (8 + 240), run.out.decode(), "the byte")
    match("different: 1", run.err, "stderr")


for trouble in ("lost 0", "lost 1", "lost 2", "twice 0", "twice 1",
                "corrupt 1", "deaf"):
    @test("pieces: %s: asked again; for good: never called the same" % trouble)
    def _(room, trouble=trouble):
        line = room.pty()
        unit = Roland(line, packet=100, plan=[trouble])
        at, data = timbre(room)
        run = verify(room, unit, line, room.write("x.syx", data))
        equal(unit.asked, [(at, 246)] * 2, "what was asked for")
        match("the same: 1 message", run.err, "stderr")
        unit.plan = [trouble] * 2
        run = room.sxlib("send", "-p", line.port, *FAST, "--verify",
                         "--retries", "1", "x.syx")
        check(run.status in (1, 3), "exit status %s" % run.status)
        match("the same: 0 messages", run.err, "stderr")


if __name__ == "__main__":
    h.main()
