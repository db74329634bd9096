#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""duplicates: the same content under several names and in several slots."""
import os

import harness as h
from harness import check, equal, match, test

EXTRA = ("same", "as", "as_offset")
GOOD = b"\xf0\x7d\x44\x45\x46\xf7"


def found(room, *args):
    """{(first file, its offset, how): [(file, offset), ...]}"""
    run = room.sxlib("duplicates", "-j", *(args or ("top",)))
    equal(run.status, 0, "exit status")
    groups = {}
    for obj in run.json:
        h.facts({k: v for k, v in obj.items() if k not in EXTRA})
        key = (obj["as"], obj["as_offset"], obj["same"])
        groups.setdefault(key, []).append((obj["file"], obj["offset"]))
    return groups


def moved(message, slot):
    """The same Machinedrum object in another slot."""
    return h.elektron(message[4], message[6], tuple(message[7:9]), slot,
                      message[10:-5])


@test("files with the same messages, whatever they are called")
def _(room):
    rng = room.random
    kit, other = h.md_kit(rng, 3, b"KIT"), h.md_kit(rng, 4, b"KIT")
    room.write("top/a.syx", kit + other)
    room.write("top/b.syx", other + kit)
    room.write("top/c.syx", kit)
    room.write("top/sub/d.syx", kit + other)
    room.write("top/sub/e.mid", h.smf(h.sysex_event(0, kit)
                                      + h.sysex_event(9, other) + h.END))
    room.write("top/sub/f.syx", bytes(128) + kit + bytes(9))
    groups = found(room)
    equal(groups.pop(("top/a.syx", 0, "content")),
          [("top/a.syx", 0), ("top/sub/d.syx", 0), ("top/sub/e.mid", 0)]
          + [("top/a.syx", 0), ("top/b.syx", len(other)), ("top/c.syx", 0)],
          "files, and the kit within the others")
    equal(groups.pop(("top/c.syx", 0, "content")),
          [("top/c.syx", 0), ("top/sub/f.syx", 0)], "stray bytes do not count")
    equal(groups.pop(("top/a.syx", len(kit), "content")),
          [("top/a.syx", len(kit)), ("top/b.syx", 0)], "the other kit")
    equal(groups, {}, "others")
    run = room.sxlib("duplicates", "top")
    match(r"\Athe same content, 2 messages: Elektron, Machinedrum, kit, "
          r"\"KIT\", 2466 bytes:\n  top/a.syx\n  top/sub/d.syx\n"
          r"  top/sub/e.mid\n", run.out.decode(), "text")
    match("6 files: 2 groups of files.*, 2 of messages", run.err, "stderr")


@test("standard input is no folder: exit 2")
def _(room):
    room.write("a.syx", b"\xf0\x7d\xf7")
    for args in (("-",), ("a.syx", "-")):
        run = room.sxlib("duplicates", *args, stdin=b"\xf0\x7d\xf7")
        equal((run.status, run.out), (2, b""), "status and stdout")
        match(r"cannot compare standard input", run.err,
              "stderr")
    room.write("-", b"\xf0\x7d\xf7")
    equal(room.sxlib("duplicates", "./-").status, 0, "a file of that name")


@test("the same pattern in two slots, of one file and of several")
def _(room):
    rng = room.random
    a, b = h.md_pattern(rng, 0), h.md_pattern(rng, 1)
    room.write("top/bank.syx", a + b + moved(a, 5) + moved(a, 9))
    room.write("top/one.syx", moved(b, 77))
    room.write("top/two.syx", h.md_pattern(rng, 0))
    n = len(a)
    how = "all but slot, unit and checksum"
    equal(found(room), {
        ("top/bank.syx", 0, how): [("top/bank.syx", at)
                                   for at in (0, 2 * n, 3 * n)],
        ("top/bank.syx", n, how): [("top/bank.syx", n), ("top/one.syx", 0)]},
          "groups")
    text = room.sxlib("duplicates", "top").out.decode()
    match(r"^3 messages, the same all but slot, unit and checksum: Elektron, "
          r"Machinedrum, pattern, 2763 bytes:\n  top/bank.syx: offset 0: A01\n"
          r"  top/bank.syx: offset \d+: A06\n", text, "text", 8)
    room.write("same/a.syx", a + h.md_pattern(rng, 2))
    room.write("same/b.syx", a + h.md_pattern(rng, 2))
    equal(room.sxlib("duplicates", "same").lines, [
        "2 messages, the same content: Elektron, Machinedrum, pattern A01, "
        "2763 bytes:", "  same/a.syx: offset 0", "  same/b.syx: offset 0"],
          "the slot of all is said once")


@test("a wrong checksum is not the same content as a right one")
def _(room):
    kit = h.md_kit(room.random, 3, b"KIT")
    room.write("top/right.syx", kit)
    room.write("top/wrong.syx", h.spoil(kit, -4))
    equal(found(room), {
        ("top/right.syx", 0, "all but slot, unit and checksum"):
        [("top/right.syx", 0), ("top/wrong.syx", 0)]}, "groups")
    match("the same all but slot, unit and checksum", room.sxlib(
        "duplicates", "top").out.decode(), "text")
    # And of those that are equal to the byte, it is the content.
    room.write("same/a.syx", h.spoil(kit, -4) + h.md_pattern(room.random, 1))
    room.write("same/b.syx", h.spoil(kit, -4))
    equal(list(found(room, "same")), [("same/a.syx", 0, "content")],
          "both are as wrong")


@test("one byte of difference is a difference")
def _(room):
    kit = h.md_kit(room.random, 3, b"KIT")
    for n, at in enumerate((10, 600, len(kit) - 6)):
        other = bytearray(kit)
        other[at] ^= 1
        room.write("top/%d.syx" % n, bytes(other))
    room.write("top/x.syx", kit)
    equal(found(room), {}, "groups")


def fnv(data):
    """The hash by which likely duplicates are found."""
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value


@test("an equal hash is no proof: messages and files are compared")
def _(room):
    a, b = (bytes.fromhex("f07d" + body + "f7") for body in (
        "022a2a3802194c3d3d0611307236", "072b660700195b24670b2e5d4533"))
    equal((fnv(a), a == b), (fnv(b), False), "two that have one hash")
    room.write("top/a.syx", a)
    room.write("top/b.syx", b)
    room.write("top/c.syx", a + h.sysex(room.random, 20))
    equal(found(room), {("top/a.syx", 0, "content"):
                        [("top/a.syx", 0), ("top/c.syx", 0)]}, "groups")


@test("what holds nothing is no duplicate; links; the same file twice")
def _(room):
    gap = [b"\xf0\x42\x30\x03\x11" + bytes([i]) + b"\xf7" for i in range(9)]
    room.write("top/a.syx", b"".join(gap))
    room.write("top/b.syx", b"")
    room.write("top/c.syx", b"")
    room.write("top/d.syx", b"text\n")
    kit = h.md_kit(room.random, 3, b"KIT")
    path = room.write("top/k.syx", kit)
    os.link(path, room.path("top/hard.syx"))
    os.symlink("k.syx", room.path("top/soft.syx"))
    equal(found(room), {}, "groups")
    equal(found(room, "top", "top", path), {}, "named twice")
    room.write("other/k.syx", kit)
    equal(list(found(room, "top", "other").values()),
          [[("top/hard.syx", 0), ("other/k.syx", 0)]], "a copy")


@test("what cannot be read: exit 1, the others are compared")
def _(room):
    kit = h.md_kit(room.random, 3, b"KIT")
    for name in ("top/a.syx", "top/b.syx", "top/esc\x1b[2J\n.syx"):
        room.write(name, kit)
    room.write("top/c.mid", h.smf(h.sysex_event(0, kit) + b"\xff" * 6))
    run = room.sxlib("duplicates", "-j", "top", "missing.syx")
    equal((run.status, len(run.lines)), (1, 3), "duplicates")
    for word in ("c.mid", "missing.syx"):
        check(word in run.err, word + " is said")
    run = room.sxlib("duplicates", "top")
    check(b"\x1b" not in run.out and len(run.lines) == 4, "names")
    os.mkdir(room.path("empty"))
    run = room.sxlib("duplicates", "empty")
    equal((run.status, run.out), (3, b""), "an empty folder")


@test("of a file that cannot be read to its end nothing is compared")
def _(room):
    kit, other = (h.md_kit(room.random, i, b"KIT") for i in (3, 4))
    room.write("top/a.mid", h.smf(h.sysex_event(0, kit) + b"\xff" * 6))
    room.write("top/b.syx", kit + other)
    room.write("top/c.syx", kit)
    run = room.sxlib("duplicates", "-j", "top")
    equal(run.status, 1, "exit status")
    equal([(o["file"], o["as"]) for o in run.json],
          [("top/b.syx", "top/b.syx"), ("top/c.syx", "top/b.syx")], "groups")


@test("messages of 16 bytes are compared, shorter ones say too little")
def _(room):
    for n, groups in ((15, 0), (16, 1)):
        message = b"\xf0\x7d" + bytes(n - 3) + b"\xf7"
        room.write("%d/a.syx" % n, message + GOOD)
        room.write("%d/b.syx" % n, message)
        equal(len(found(room, str(n))), groups, "%d bytes" % n)


@test("more than fits into memory at once: 160 MB of pairs")
def _(room):
    rng = room.random
    for n in range(10):
        body = rng.randbytes(1 << 13).translate(bytes(
            b & 0x7F for b in range(256))) * 1024
        for name in "ab":
            # Not the same files: each has a message of its own.
            room.write("top/%s/%d.syx" % (name, n), b"\xf0\x7d" + body
                       + b"\xf7" + h.sysex(rng, 20))
    groups = found(room)
    equal(len(groups), 10, "groups")
    equal({len(g) for g in groups.values()}, {2}, "of two each")


if __name__ == "__main__":
    h.main()
