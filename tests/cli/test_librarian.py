#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""verify, and how the commands of the librarian walk through folders."""
import os

import harness as h
from harness import check, equal, match, test

GOOD = b"\xf0\x7d\x44\x45\x46\xf7"


def macbinary(data, name=b"bank"):
    head = bytearray(128)
    head[1] = len(name)
    head[2:2 + len(name)] = name
    head[65:73] = b"TEXTMDIX"
    head[83:87] = len(data).to_bytes(4, "big")
    head[91:95] = b"\xf0\x12\xf0\x34"  # a date
    return bytes(head) + data + bytes(-len(data) % 128)


def hostile(room, data):
    """A folder with names that no terminal may see."""
    names = [b"new\nline.syx", b"esc\x1b[2J.syx", b"bad\xff.syx", b" .syx"]
    os.mkdir(room.path("hostile"))
    for name in names:
        with open(os.fsencode(room.path("hostile")) + b"/" + name,
                  "wb") as file:
            file.write(data)
    return room.path("hostile"), len(names)


@test("verify: what was kept as damaged is bad, however whole it looks")
def _(room):
    room.write("in/a.syx", GOOD)
    room.write("in/b.damaged.syx", GOOD)
    room.write("in/c.damaged.syx", GOOD[:-1])
    run = room.sxlib("verify", "in")
    equal((run.status, len(run.lines)), (1, 2), "status, and a line for each")
    equal(run.lines[0], "in/b.damaged.syx: offset 0: stored as damaged, even "
          "if it looks complete", "the hidden one")
    match("c.damaged.syx: .* missing F7", run.lines[1], "the other")
    found = room.sxlib("verify", "-j", "in/b.damaged.syx").json
    equal([(o["file"], o["bad"], o["messages"]) for o in found],
          [("in/b.damaged.syx", True, 1)], "--json")


@test("verify: a message of a take that came damaged and has its F7")
def _(room):
    room.write("take.mid", h.smf(
        h.sysex_event(0, GOOD) + h.meta(0, 1, b"sxlib: damaged: overrun")
        + h.sysex_event(9, GOOD[:-1]) + h.END))
    run = room.sxlib("verify", "take.mid")
    equal((run.status, len(run.lines)), (1, 2), "status and lines")
    match(r"bytes\): received damaged: overrun$", run.lines[0], "the first")
    match(r"missing F7: expected F7, found end of input$",
          run.lines[1], "the second")


@test("verify --json: the time of a message is its own")
def _(room):
    room.write("20261122T051530.000Z.mid", h.smf(
        h.sysex_event(0, GOOD[:-1]) + h.sysex_event(1250, GOOD[:-1]) + h.END))
    found = room.sxlib("verify", "-j", "20261122T051530.000Z.mid").json
    equal([o["time"] for o in found], ["2026-11-22T05:15:30.000Z",
                                       "2026-11-22T05:15:31.250Z"], "times")


@test("verify: a line for each bad message, with what was expected")
def _(room):
    kit = h.md_kit(room.random, 3, b"KIT")
    right, wrong = kit[-5:-3], h.spoil(kit, -4)[-5:-3]

    def sums(pair):
        return "%04X" % (pair[0] << 7 | pair[1])

    path = room.write("x.syx", kit + h.spoil(kit, -4) + kit[:100] + kit
                      + h.spoil(kit, -2) + kit[:50])
    run = room.sxlib("verify", path)
    equal(run.status, 1, "exit status")
    equal(len(run.lines), 4, "lines")
    n = len(kit)
    for line, offset, what in zip(run.lines, (n, 2 * n, 3 * n + 100,
                                              4 * n + 100), (
            "wrong checksum: expected %s, found %s" % (sums(right),
                                                       sums(wrong)),
            "missing F7: expected F7, found new F0",
            "wrong length: expected 1223, found ",
            "missing F7: expected F7, found end of input")):
        check(line.startswith("%s: offset %d: message " % (path, offset)),
              line)
        check(what in line, "'%s' in %s" % (what, line))
    match("1 file, 6 messages: 4 bad, 0 odd", run.err, "summary")
    found = room.sxlib("verify", "-j", path).json
    equal([(o["offset"], o["bad"]) for o in found],
          [(n, True), (2 * n, True), (3 * n + 100, True),
           (4 * n + 100, True)], "json")
    equal((found[0]["expected"], found[0]["found"]),
          (sums(right), sums(wrong)), "expected and found")
    for obj in found:
        facts = {k: v for k, v in obj.items()
                 if k not in ("bad", "problem", "expected", "found")}
        h.facts(facts)


ODD = {
    "MacBinary": (macbinary(GOOD), "MacBinary"),
    "MacBinary with a resource fork": (
        macbinary(GOOD * 22)[:87] + (300).to_bytes(4, "big")
        + macbinary(GOOD * 22)[91:] + GOOD * 50, "MacBinary"),
    "zeros after it": (GOOD + bytes(33), "33 bytes of padding at the end "
                                         "left out"),
    "FF before it": (b"\xff" * 7 + GOOD, "7 bytes.*padding"),
    "text before it": (b"Saved by a program\r\n" + GOOD, "text"),
    "notes": (GOOD + b"\x90\x40\x40\x80\x40\x00", "other than SysEx"),
    "unknown bytes": (b"\x01\x02\x83\x04" + GOOD, "unknown"),
}


@test("verify: what is odd is said, and is no failure")
def _(room):
    for n, (name, (data, want)) in enumerate(ODD.items()):
        run = room.sxlib("verify", room.write("%d.syx" % n, data))
        equal((run.status, run.out), (0, b""), "exit status: " + name)
        match(want, run.err, name)
        quiet = room.sxlib("verify", "-q", run.args[1])
        equal((quiet.status, quiet.err), (0, ""), "-q: " + name)
        found = room.sxlib("verify", "-j", run.args[1]).json
        check(found and not any(o["bad"] for o in found), "json: " + name)


@test("verify: two banks in a row, and what only looks like it")
def _(room):
    bank = b"".join(h.md_kit(room.random, i, b"K") for i in range(4))
    run = room.sxlib("verify", room.write("two.syx", bank * 2))
    equal((run.status, run.out), (0, b""), "two banks")
    match(r"offset %d: .*another bank" % len(bank), run.err, "two banks")
    other = b"".join(h.md_pattern(room.random, i) for i in range(3))
    run = room.sxlib("verify", room.write("four.syx", (bank + other) * 2))
    at = len(bank) + len(other)
    for offset in (at, at + len(bank)):
        match(r"offset %d: .*another bank" % offset, run.err, "of two kinds")
    match("2 odd", run.err, "of two kinds")
    for name, data in [("one.syx", bank), ("same.syx", bank[:1233] * 7)]:
        run = room.sxlib("verify", room.write(name, data))
        equal(run.status, 0, name)
        match("0 odd", run.err, name)


EMPTY = {
    "nothing": (b"", "found nothing"),
    "text": (b"hello, world\n" * 30, "found text"),
    "padding": (bytes(1000), "found padding"),
    "hex": (b"F0 7D 44\n45 46 F7\n", "found hex text"),
    "hex with 0x": (b"0xF0, 0x7D, 0x44, 0xF7", "found hex text"),
    "a comment": (b"# my sound\nf07d44f7", "found hex text"),
    "the rest of one": (b"\x01\x02\x03\xf7", "without its F0"),
}


@test("verify: what holds no SysEx is bad, and it is said what it is")
def _(room):
    for n, (name, (data, want)) in enumerate(EMPTY.items()):
        run = room.sxlib("verify", room.write("%d.syx" % n, data))
        equal(run.status, 1, "exit status: " + name)
        equal(len(run.lines), 1, "lines: " + name)
        match(want, run.lines[0], name)


@test("verify: the rest of a message is bad, malformed .mid as well")
def _(room):
    room.write("a.syx", GOOD + b"\x01\x02\xf7" + GOOD)
    room.write("b.mid", h.smf(h.sysex_event(0, GOOD) + b"\xff" * 6))
    room.write("c.mid", b"MThd")
    room.write("d.mid", h.smf(b"\x00\x90\x40\x40" + h.END))
    run = room.sxlib("verify", room.dir)
    equal(run.status, 1, "exit status")
    equal(len(run.lines), 3, "lines: a .mid without SysEx is none")
    for line, want in zip(run.lines, ("a.syx: offset 6: .*expected F0, fou"
                                      "nd 01", "b.mid.*offset", "c.mid")):
        match(want, line, "line")
    equal([o["bad"] for o in room.sxlib("verify", "-j", room.dir).json],
          [True] * 3, "json")


@test("folders: recursive, in order of names, by suffix; no hidden, no link")
def _(room):
    bad = GOOD[:-1]
    want = ["a.syx", "b/c/d.SYX", "b/e.mid", "b/f.midi", "z.syx"]
    for name in want + ["b/note.txt", ".hidden.syx", ".git/x.syx",
                        "b/._a.syx", "syx"]:
        room.write("top/" + name, bad)
    os.symlink(room.path("top"), room.path("top/b/loop"))
    os.symlink(room.path("top/a.syx"), room.path("top/link.syx"))
    os.mkdir(room.path("top/empty.syx"))
    os.mkfifo(room.path("top/pipe.syx"))
    os.symlink(room.path("top"), room.path("link"))
    for top in (room.path("top"), room.path("link")):
        for end in ("", "/"):
            run = room.sxlib("verify", "-j", top + end)
            equal([o["file"] for o in run.json],
                  [top + "/" + name for name in want], "files")


@test("an unreadable file or folder: exit 1, the others are still treated")
def _(room):
    bad = room.write("top/b.syx", GOOD[:-1])
    room.write("top/sub/c.syx", GOOD)
    room.write("top/a.syx", GOOD)
    if os.geteuid() != 0:
        os.chmod(room.path("top/a.syx"), 0)
        os.chmod(room.path("top/sub"), 0)
    run = room.sxlib("verify", room.path("nothing.syx"), room.path("top"))
    os.chmod(room.path("top/sub"), 0o700)
    equal(run.status, 1, "exit status")
    check(run.lines[0].startswith(bad), "the bad one is found")
    match("nothing.syx.*no such file", run.err, "stderr")
    if os.geteuid() != 0:
        match("a.syx.*denied", run.err, "stderr")
        match("sub.*denied", run.err, "stderr")
    equal(room.sxlib("verify", room.path("gone")).status, 1, "only that")


@test("an empty folder is exit 3")
def _(room):
    os.mkdir(room.path("empty"))
    run = room.sxlib("verify", room.path("empty"))
    equal((run.status, run.out), (3, b""), "verify")
    match("verify: no dump found: the folder is empty", run.err, "verify")


@test("names that no terminal may see")
def _(room):
    folder, n = hostile(room, GOOD[:-1])
    for more in ((), ("-j",)):
        run = room.sxlib("verify", folder, *more)
        equal((run.status, len(run.lines)), (1, n), "verify")
        raw = set(run.out) | set(run.err.encode("utf-8"))
        check(not raw & {0x1b, 7, 8, 13}, "control characters")
    run = room.sxlib("verify", folder + "/no\x1b[2J\nsuch.syx")
    check("\x1b" not in run.err and run.err.count("\n") == 2, "errors")


if __name__ == "__main__":
    h.main()
