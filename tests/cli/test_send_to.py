#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""send --to: a dump for another slot, or none at all."""
import os

import harness as h
from harness import FAST, check, equal, match, test


def slot_of(message):
    return message[9]


def moved(message, slot, since):
    """An Elektron dump in another slot, by the rule of its footer: `since` is
    the first byte that the checksum counts."""
    body = bytearray(message)
    body[9] = slot
    total = sum(body[since:-5]) & 0x3FFF
    body[-5:-3] = bytes([total >> 7, total & 0x7F])
    return bytes(body)


def send(room, *args, status=0, want=None):
    return h.send(room, room.pty().listen(), *FAST, *args, status=status,
                  want=want)


@test("a pattern goes to another slot, with its checksum, and that is said")
def _(room):
    data = h.md_pattern(room.random, 0)
    path = room.write("x.syx", data)
    for text, slot in (("B03", 18), ("a01", 0), ("H16", 127), ("A02", 1)):
        run = send(room, path, "--to", text, want=moved(data, slot, 9))
        match("pattern A01 -> %s, checksum .. .. -> .. .." % text, run.err,
              "stderr")
    equal(room.read("x.syx"), data, "the file")


@test("a kit, by its number on the display")
def _(room):
    data = h.md_kit(room.random, 3, b"DEEP")
    path = room.write("x.syx", data)
    for slot in (0, 17, 63):
        run = send(room, path, "--to", str(slot + 1),
                   want=moved(data, slot, 9))
        match("kit 0?4 -> 0?%d," % (slot + 1), run.err, "stderr")


@test("--dry-run says it, too, and sends nothing")
def _(room):
    path = room.write("x.syx", h.md_pattern(room.random, 5))
    run = send(room, path, "--to", "B03", "--dry-run", want=b"")
    match("pattern A06 -> B03, checksum", run.err, "stderr")
    match("pattern B03", run.out.decode(), "stdout")


@test("several go to as many slots as are named, and no others")
def _(room):
    data = [h.md_pattern(room.random, n) for n in (3, 4, 9)]
    path = room.write("x.syx", b"".join(data))
    send(room, path, "--to", "B01-B03", want=b"".join(
        moved(d, 16 + i, 9) for i, d in enumerate(data)))
    send(room, path, "--to", "C05,A01,B01", want=b"".join(
        moved(d, s, 9) for s, d in zip((36, 0, 16), data)))
    for text in ("B01", "B01-B02", "B01-B04", "all"):
        run = send(room, path, "--to", text, status=2, want=b"")
        match("slots? for 3 messages", run.err, "stderr")


@test("what cannot be moved is refused, and nothing is sent")
def _(room):
    rng = room.random
    pattern = h.md_pattern(rng, 1)
    for data, text, status, why in (
            (pattern, "Z01", 2, "no such slot"),
            (pattern, "A17", 2, "no such slot"),
            (pattern, "", 2, "no such slot"),
            (h.md_kit(rng, 1, b"K"), "65", 2, "no such slot"),
            (h.jomox(rng, 100), "1", 1, "x.syx', offset 0: .*slot"),
            (h.sysex(rng, 50), "1", 1, "not confirmed"),
            (pattern + h.sysex(rng, 9), "A01,A02", 1, "offset %d"
             % len(pattern)),
            (pattern + h.md_kit(rng, 1, b"K"), "1-2", 1, "only one kind")):
        path = room.write("x.syx", data)
        run = send(room, path, "--to", text, status=status, want=b"")
        match(why, run.err, "stderr")


@test("a wrong checksum is not made a right one, even with --force")
def _(room):
    path = room.write("x.syx", h.spoil(h.md_pattern(room.random, 1)))
    send(room, path, "--to", "B01", status=1, want=b"")
    run = send(room, path, "--to", "B01", "--force", status=1, want=b"")
    match("already wrong", run.err, "stderr")


@test("real dumps: Machinedrum and Monomachine kits, Rytm sounds")
def _(room):
    if not os.path.isdir(h.DUMPS):
        h.no_dumps("no dumps at %s, see SXLIB_DUMPS" % h.DUMPS)
    for name, since in (("elektron-machinedrum-kit", 9),
                        ("elektron-monomachine-kit", 9),
                        ("elektron-monomachine-song", 9),
                        ("elektron-rytm-7sounds", 10)):
        with open(os.path.join(h.DUMPS, name + ".syx"), "rb") as file:
            data = file.read()
        parts = [m for m, _ in h.frame(data)]
        want = b"".join(moved(m, i + 8, since) for i, m in enumerate(parts))
        path = room.write("x.syx", data)
        send(room, path, "--to", "9-%d" % (8 + len(parts)) if len(parts) > 1
             else "9", want=want)
        check(slot_of(want) == 8, "moved")


if __name__ == "__main__":
    h.main()
