#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""diff: which bytes of which message differ."""
import os

import harness as h
from harness import check, equal, match, test

GOOD = b"\xf0\x7d\x44\x45\x46\xf7"
EXTRA = ("other", "other_offset", "other_bytes", "runs")


def changed(message, **more):
    """The same with other bytes at some offsets: at12=5."""
    out = bytearray(message)
    for name, value in more.items():
        out[int(name[2:])] = value
    return bytes(out)


def compare(room, a, b):
    """The objects of diff --json for two contents."""
    run = room.sxlib("diff", "-j", room.write("a.syx", a),
                     room.write("b.syx", b))
    equal(run.status, 1 if run.lines else 0, "exit status")
    for obj in run.json:
        for key in EXTRA:
            check(key in obj, "no " + key)
        if "stray" not in obj:
            h.facts({k: v for k, v in obj.items() if k not in EXTRA})
    return run.json


def runs(obj):
    return [(r["offset"], r["a"], r["b"], r["field"]) for r in obj["runs"]
            if not r["decoded"]]


@test("what is the same: exit 0, nothing on stdout")
def _(room):
    data = h.md_kit(room.random, 3, b"KIT") + GOOD
    for name, content in [("a.syx", data), ("b.syx", data),
                          ("c.mid", h.smf(h.sysex_event(0, data[:-6])
                                          + h.sysex_event(9, GOOD) + h.END)),
                          ("d.hex", data.hex().encode())]:
        run = room.sxlib("diff", room.write("a.syx", data),
                         room.write(name, content))
        equal((run.status, run.out), (0, b""), name)
        match("2 the same, 0 different", run.err, name)


@test("a message that only one of them has is a difference")
def _(room):
    more, same = room.write("more.syx", GOOD + b"\xf0\x7d\x01\xf7"), \
        room.write("same.syx", GOOD)
    for a, b, side in (more, same, "A"), (same, more, "B"):
        run = room.sxlib("diff", a, b)
        equal(run.status, 1, "exit status, only in " + side)
        match("only in %s: offset 6, 4 bytes$" % side, run.out.decode(),
              "said", 8)
        match("1 the same, 0 different, .*1 only in " + side, run.err, "sum")


@test("runs: offsets, both values, fields")
def _(room):
    kit = h.md_kit(room.random, 3, b"KIT")
    kit = changed(kit, at100=1, at101=2, at102=3, at104=0x7f)
    other = changed(kit, at100=5, at101=6, at104=0x10, at11=0x41)
    run = room.sxlib("diff", room.write("a.syx", kit),
                     room.write("b.syx", GOOD + other))
    equal(run.status, 1, "exit status")
    text = run.out.decode()
    match(r"^Elektron, Machinedrum, kit 4: 4 bytes differ in 3 runs: A offset"
          r" 0, B offset 6$", text, "head", 8)
    match(r"^  00000b \(name\): 49 \(73\) -> 41 \(65\)$", text, "name", 8)
    match(r"^  000064-000065: 01 02 -> 05 06$", text, "a run", 8)
    match(r"^  000068: 7F \(127\) -> 10 \(16\)$", text, "one byte", 8)
    match(r"only in B: offset 0, 6 bytes", text, "only in B")
    found = compare(room, kit, GOOD + other)
    equal(runs(found[0]), [(11, "49", "41", "name"), (100, "0102", "0506",
                                                      None),
                           (104, "7f", "10", None)], "--json")
    equal((found[0]["other_offset"], found[0]["other_bytes"]), (6, 1233),
          "the other")
    equal((found[1]["offset"], found[1]["other_offset"]), (0, None), "only B")


@test("of a run 16 bytes are shown, and that there are more")
def _(room):
    for n, more in ((16, ""), (17, " ..")):
        a, b = (b"\xf0\x7d" + bytes([v]) * n + b"\xf7" for v in (1, 2))
        run = room.sxlib("diff", room.write("a.syx", a),
                         room.write("b.syx", b))
        match(r"^  000002-0000%02x:%s%s ->%s%s$" % (
            n + 1, " 01" * 16, more, " 02" * 16, more), run.out.decode(),
            "%d bytes" % n, 8)


@test("paired by maker, device, kind and slot, not by position")
def _(room):
    rng = room.random
    kits = [h.md_kit(rng, i, b"KIT%d" % i) for i in range(8)]
    patterns = [h.md_pattern(rng, i) for i in range(8)]
    equal(compare(room, b"".join(kits + patterns),
                  b"".join(patterns[::-1] + kits[::-1])), [], "another order")
    kits[5] = changed(kits[5], at200=kits[5][200] ^ 1)
    found = compare(room, b"".join(kits + patterns), b"".join(
        patterns[::-1] + [changed(kits[5], at200=kits[5][200] ^ 1)]
        + kits[:5] + kits[6:]))
    equal([(o["kind"], o["slot"]) for o in found], [("kit", 5)], "one")
    equal([r[0] for r in runs(found[0])], [200], "its run")
    found = compare(room, kits[0] + kits[1], kits[1] + kits[2])
    equal([(o["slot"], o["file"][-5:], o["other_offset"]) for o in found],
          [(0, "a.syx", None), (2, "b.syx", None)], "only in one")


@test("paired by content and by name where the slot does not tell")
def _(room):
    def preset(name, value):
        return h.elektron(7, 0x53, (1, 1), 0, packed(
            bytes.fromhex("beefbace") + bytes(8) + name.ljust(16, b"\0")
            + bytes([value]) * 20))
    a = [preset(b"ONE", 1), preset(b"TWO", 2), preset(b"SAME", 3)]
    b = [preset(b"SAME", 3), preset(b"TWO", 9), preset(b"ONE", 8)]
    found = compare(room, b"".join(a), b"".join(b))
    equal([(o["name"], o["offset"], o["other_offset"]) for o in found],
          [("ONE", 0, 2 * len(a[0])), ("TWO", len(a[0]), len(a[0]))], "pairs")
    x, y = GOOD[:-1] + b"\x01\xf7", GOOD[:-1] + b"\x02\xf7"
    found = compare(room, x + GOOD, GOOD + y)
    equal([(o["offset"], o["other_offset"]) for o in found], [(0, 6)],
          "without anything known")


def packed(data):
    """8-in-7, the high bit of the first byte in bit 6."""
    out = bytearray()
    for at in range(0, len(data), 7):
        group = data[at:at + 7]
        out.append(sum((b >> 7) << (6 - i) for i, b in enumerate(group)))
        out += bytes(b & 0x7f for b in group)
    return bytes(out)


@test("packed data: the values as they are in the instrument")
def _(room):
    data = bytearray(room.random.randbytes(100))
    data[50] = 0x05
    a = h.elektron(7, 0x54, (1, 1), 2, packed(bytes(data)))
    data[50] = 0xf3
    b = h.elektron(7, 0x54, (1, 1), 2, packed(bytes(data)))
    found = compare(room, a, b)
    equal([(r["offset"], r["a"], r["b"]) for r in found[0]["runs"]
           if r["decoded"]], [(50, "05", "f3")], "decoded")
    run = room.sxlib("diff", "a.syx", "b.syx")
    match(r"^  decoded 000032: 05 \(5\) -> F3 \(243\)$", run.out.decode(),
          "decoded", 8)


@test("Monomachine: run lengths are spelled out")
def _(room):
    def kit(tail):
        return h.elektron(3, 0x52, (2, 1), 0, packed(
            b"ABCDEFGHIJK\x85\x07" + tail))
    found = compare(room, kit(b"\x01\x02"), kit(b"\x01\x03"))
    equal([(r["offset"], r["a"], r["b"]) for r in found[0]["runs"]
           if r["decoded"]], [(17, "02", "03")], "decoded")


@test("of different lengths, damaged, stray")
def _(room):
    found = compare(room, GOOD, GOOD[:-1] + b"\x01\x02\xf7")
    equal([(r["a"], r["b"]) for r in found[0]["runs"]],
          [("f7", "01"), (None, "02"), (None, "f7")], "longer")
    found = compare(room, GOOD + GOOD[:-1], GOOD * 2)
    equal((found[0]["damaged"], len(found)), ("end of input", 1), "cut")
    found = compare(room, bytes(5) + GOOD, bytes(4) + b"\x01" + GOOD)
    equal((found[0]["stray"], runs(found[0])), (True, [(4, "00", "01", None)]),
          "stray")
    equal(compare(room, bytes(5) + GOOD, bytes(5) + GOOD), [], "the same")


@test("files that cannot be read: exit 1 and why; -q")
def _(room):
    path = room.write("a.syx", GOOD)
    for other in ("missing.syx", room.dir, room.write("empty.syx", b"")):
        for args in ((path, other), (other, path)):
            run = room.sxlib("diff", *args)
            equal((run.status, run.out), (1, b""), "diff")
            match("sxlib: diff: ", run.err, "stderr")
    run = room.sxlib("diff", "-q", path, "-", stdin=GOOD)
    equal((run.status, run.err), (0, ""), "-q")


@test("50,000 messages of one kind, shuffled")
def _(room):
    a = [b"\xf0\x7d" + bytes([n >> 14, n >> 7 & 127, n & 127]) + b"\xf7"
         for n in range(50000)]
    b = list(a)
    room.random.shuffle(b)
    b[77] = b"\xf0\x7d\x7f\x7f\x7f\xf7"
    found = compare(room, b"".join(a), b"".join(b))
    equal((len(found), found[0]["other_offset"]), (1, 77 * 6), "one differs")


@test("text from an instrument never reaches a terminal raw")
def _(room):
    a = h.md_kit(room.random, 3, b"\x1b[2J\x07")
    b = h.md_kit(room.random, 3, b"\x1b[3J\x07")
    os.mkdir(room.path("esc\x1b[2J\n"))
    room.write("esc\x1b[2J\n/a.syx", a)
    for other in (room.write("b.syx", b), room.write("c.syx", a + b)):
        for more in ((), ("-j",)):
            run = room.sxlib("diff", "esc\x1b[2J\n/a.syx", other, *more)
            raw = set(run.out) | set(run.err.encode())
            check(not raw & {0x1b, 7}, "control characters")


if __name__ == "__main__":
    h.main()
