#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""show: what is in a file, good, damaged, foreign or malicious."""
import os
import re
import struct

import harness as h
import voices
from harness import check, equal, match, one_of, test

GOOD = b"\xf0\x7d\x44\x45\x46\xf7"
OTHER = b"\xf0\x7d\x54\x55\xf7"


def objects(run):
    """The messages and the stray runs of show --json."""
    for obj in run.json:
        if "stray" in obj:
            equal(sorted(obj), ["bytes", "file", "offset", "stray"], "keys")
            equal(obj["stray"], True, "stray")
        else:
            check("sounds" in obj, "a message without the key sounds")
            h.facts(obj)
    return ([o for o in run.json if "stray" not in o],
            [o for o in run.json if "stray" in o])


@test("each message: offset, length, maker, device, kind, slot, name")
def _(room):
    rng = room.random
    parts = [h.jomox(rng, 1234), h.md_pattern(rng, 17),
             h.md_kit(rng, 3, b"MY KIT"), h.sysex(rng, 33)]
    path = room.write("x.syx", b"".join(parts))
    run = room.sxlib("show", path)
    equal(run.status, 0, "exit status")
    text = run.out.decode()
    for word in ("Jomox", "Alpha Base", "pattern", "1234", "Elektron",
                 "Machinedrum", "B02", "2763", "MY KIT", "kit", "33"):
        check(word in text, "%s is not shown" % word)
    run = room.sxlib("show", "--json", path)
    equal(run.status, 0, "exit status")
    messages, stray = objects(run)
    equal(stray, [], "stray")
    at = 0
    for obj, part in zip(messages, parts):
        equal((obj["offset"], obj["bytes"], obj["messages"], obj["damaged"],
               obj["file"], obj["port"]),
              (at, len(part), 1, None, path, None), "facts")
        at += len(part)
    got = [(o["maker"], o["maker_id"], o["device"], o["kind"], o["slot"],
            o["slot_text"], o["name"], o["checksum"]) for o in messages[:2]]
    equal(got, [("Jomox", "31", "Alpha Base", "pattern", None, None, None,
                 "none"),
                ("Elektron", "00203c", "Machinedrum", "pattern", 17, "B02",
                 None, "ok")], "facts")
    equal((messages[2]["name"], messages[2]["slot"]), ("MY KIT", 3), "kit")
    equal(len(messages), 4, "messages")


@test("several files, options before, between and after")
def _(room):
    a, b = room.write("a.syx", GOOD), room.write("b.syx", OTHER)
    for args in (("--json", a, b), (a, "--json", b), (a, b, "--json"),
                 ("-j", "--", a, b)):
        run = room.sxlib("show", *args)
        equal(run.status, 0, "exit status")
        equal([o["file"] for o in run.json], [a, b], "files")
    run = room.sxlib("show", a, "--", "--json")
    equal(run.status, 1, "'--' ends options: --json is a missing file")


@test("standard input")
def _(room):
    run = room.sxlib("show", "-j", "-", stdin=GOOD + OTHER)
    equal(run.status, 0, "exit status")
    equal([o["offset"] for o in run.json], [0, 6], "offsets")


@test("--hex: every byte is there")
def _(room):
    kit = h.md_kit(room.random, 3, b"MY KIT")
    run = room.sxlib("show", "--hex", room.write("x.syx", kit))
    equal(run.status, 0, "exit status")
    text = run.out.decode()
    check(kit[:6].hex(" ") in text.lower(), "the first bytes as hex")
    # Bytes are pairs of hex digits; the annotations are words beside them.
    line = " ".join(text.lower().split())
    for at in range(0, len(kit) - 4, 97):
        check(kit[at:at + 2].hex(" ") in line, "bytes at %d" % at)


@test("--hex: sixteen bytes a line, each once")
def _(room):
    path = room.write("x.syx", b"\xf0\x7d" + bytes(range(0x40, 0x54)) + b"\xf7")
    lines = room.sxlib("show", "--hex", path).lines[-2:]
    for line, want in zip(lines, (
            "  000000   f0 7d 40 41 42 43 44 45  46 47 48 49 4a 4b 4c 4d"
            "  |.}@ABCDEFGHIJKLM| ",
            "  000010   4e 4f 50 51 52 53 f7" + " " * 30 + "|NOPQRS.| ")):
        check(line.startswith(want), line)


@test("--hex: header, slot, name, payload, checksum, F7 are named")
def _(room):
    kit = h.md_kit(room.random, 3, b"MY KIT")
    run = room.sxlib("show", "--hex", room.write("x.syx", kit))
    lines = run.out.decode().splitlines()[1:]
    equal([line.split("| ")[1] for line in lines if "| " in line],
          ["slot name header payload", "checksum length", "F7"], "names")


@test("--hex --decode: what a packed payload holds")
def _(room):
    # So many that the checksum stands beside the last of them.
    data = bytes(range(0x70, 0x70 + 43))
    groups = [data[i:i + 7] for i in range(0, 43, 7)]
    packed = b"".join(bytes([sum((b >> 7) << 6 - i for i, b in enumerate(g))])
                      + bytes(b & 0x7F for b in g) for g in groups)
    path = room.write("x.syx", h.elektron(7, 0x54, (1, 1), 2, packed))
    run = room.sxlib("show", "--hex", "--decode", path)
    equal(run.status, 0, "exit status")
    shown = [line.split("  = ")[1].split() for line in run.lines
             if "  = " in line]
    at = 0
    got = b""
    for offset, *values in shown:
        equal(int(offset, 16), at, "offset")
        values = [v for v in values if len(v) == 2 and v != "F7"]
        got += bytes.fromhex("".join(values))
        at = len(got)
    equal(got, data, "decoded")
    columns = {line.index("  = ") for line in run.lines if "  = " in line}
    equal(len(columns), 1, "columns where they stand")
    names = [line.rindex(word) for line in run.lines if "  = " in line
             for word in (" slot", " CHECKSUM", " F7") if word in line]
    equal((len(names), len(set(names))), (3, 1), "columns of the names")
    check("  = " not in room.sxlib("show", "--hex", path).out.decode(),
          "only if it is wanted")


@test("--hex --decode: runs of a Monomachine")
def _(room):
    path = room.write("x.syx", h.elektron(3, 0x52, (2, 1), 0, b"".join([
        b"\0ABCDEFG", b"\x08HIJ\x05\x20KL"])))
    run = room.sxlib("show", "--hex", "--decode", path)
    text = " ".join(line.split("  = ")[1] for line in run.lines
                    if "  = " in line)
    match(r"47 .*48 49 4a 20x5 4b 4c", text, "decoded")


@test("damaged: cut, beginning missed, stray, bad checksum")
def _(room):
    bad = h.spoil(h.md_kit(room.random, 3, b"K"))
    data = GOOD[:-1] + OTHER + bad + b"\x00\x01\x02" + GOOD[:-1] \
        + b"\x90" + GOOD[:-2]
    run = room.sxlib("show", "-j", room.write("x.syx", data))
    one_of(run.status, (0, 5), "exit status")  # 5 is for what arrived
    messages, stray = objects(run)
    equal([o["damaged"] for o in messages],
          ["new F0", None, None, "status byte 90", "end of input"], "damaged")
    equal(messages[2]["checksum"], "bad", "checksum")
    covered = sorted((o["offset"], o["bytes"]) for o in run.json)
    at = 0
    for offset, size in covered:
        equal(offset, at, "no byte is left out")
        at += size
    equal(at, len(data), "no byte is left out")
    run = room.sxlib("show", room.path("x.syx"))
    match("checksum", run.out.decode() + run.err, "the verdict")


@test("stray bytes around good messages, as in a MacBinary file")
def _(room):
    data = bytes(128) + GOOD + b"\xcf" + bytes(32)
    run = room.sxlib("show", "-j", room.write("x.syx", data))
    one_of(run.status, (0, 5), "exit status")
    messages, stray = objects(run)
    equal([(o["offset"], o["bytes"]) for o in messages], [(128, 6)], "good")
    equal(sum(o["bytes"] for o in stray), 128 + 33, "stray bytes")


@test("realtime bytes in a file belong to no message")
def _(room):
    run = room.sxlib("show", "-j", room.write(
        "x.syx", b"\xf0\x7d\xf8\x01\xfe\xf7" + GOOD))
    equal([(o["offset"], o["damaged"]) for o in run.json
           if "stray" not in o], [(0, None), (6, None)], "messages")


ESCAPES = [b"\x1b[31mRED\x07", b"\x1b]0;own\x07", b"a\x08\x08b\rx",
           b"\x1bc\x7f\x01\x02"]


def grid_of(lines):
    """{track: steps} of the blocks that show --grid prints, in order."""
    found = {}
    for line in lines:
        row = re.match(r" +(\d+) ([.x]+)$", line)
        if row:
            track = int(row.group(1))
            found[track] = found.get(track, "") + row.group(2)
    return found


@test("show --grid: the steps of a Machinedrum's pattern, and no others")
def _(room):
    for length, long in ((1, False), (16, False), (32, False), (33, True),
                         (64, True)):
        tracks = [sorted(room.random.sample(range(64 if long else 32), 9))
                  for _ in range(16)]
        tracks[3], tracks[15] = [], list(range(64 if long else 32))
        room.write("p.syx",
                   h.md_steps(room.random, 17, tracks, length, long))
        run = room.sxlib("show", "--grid", "p.syx")
        equal(run.status, 0, "exit status")
        match("    %d steps? .inferred: github.com/wesen/mididuino"
              % length, run.out.decode(), "length and source")
        equal(grid_of(run.lines),
              {n + 1: "".join("x" if step in steps else "."
                              for step in range(length))
               for n, steps in enumerate(tracks)}, "%d steps" % length)
        for columns in (40, 80):
            shown = h.on_terminal(room, columns, "show", "--grid", "p.syx")
            equal(grid_of(shown), grid_of(run.lines), "%d columns" % columns)
            check(max(map(len, shown)) <= columns, "they fit")
    # What cannot be: no steps, more than there are.
    for length, long in ((0, False), (33, False), (65, True)):
        room.write("p.syx", h.md_steps(room.random, 17, [[1]] * 16, length,
                                       long))
        run = room.sxlib("show", "--grid", "p.syx")
        equal((run.status, len(run.lines)), (0, 1), "length %d" % length)
    whole = h.md_steps(room.random, 17, [[1]] * 16, 16)
    for size in (9, 10, 84, 85, 178, 179, 200):
        room.write("cut.syx", whole[:size])
        equal(room.sxlib("show", "--grid", "cut.syx").status, 0,
              "cut at %d" % size)


@test("show --grid: the slots of a bank")
def _(room):
    rng = room.random
    room.write("bank.syx", voices.bank(
        [voices.voice(rng, "" if n == 7 else "NAME %d" % n)
         for n in range(1, 33)]))
    room.write("kit.syx", h.md_kit(rng, 3, b"KIT"))
    run = room.sxlib("show", "--grid", "bank.syx", "kit.syx")
    equal(run.status, 0, "exit status")
    rows = [line for line in run.lines if line.startswith("    ")]
    equal([row.split()[0] for row in rows], ["1", "9", "17", "25"], "rows")
    equal([re.split("  +", row.strip())[1:] for row in rows],
          [["-" if n == 7 else "NAME %d" % n for n in range(r, r + 8)]
           for r in (1, 9, 17, 25)], "names")
    equal(len(run.lines), 2 + 4, "lines")
    for more in ("--json", "--hex"):
        run = room.sxlib("show", "--grid", more, "bank.syx")
        equal((run.status, run.out), (2, b""), more)


@test("show --grid: a part of a bank begins with its first slot, in its column")
def _(room):
    rng = room.random
    room.write("bank.syx", voices.bank(
        [voices.voice(rng, "NAME %02d" % n) for n in range(1, 33)]))
    for slots, rows in (
            ("21-22,26", ["    21" + 4 * 9 * " " + "  NAME 21  NAME 22"
                          "  .        .",
                          "        .        NAME 26"]),
            ("17,19", ["    17  NAME 17  .        NAME 19"]),
            ("32", ["    32" + 7 * 9 * " " + "  NAME 32"])):
        run = room.sxlib("show", "--grid", "bank.syx:" + slots)
        equal(run.status, 0, "exit status")
        equal(run.lines[1:], rows, "rows of " + slots)


@test("text from an instrument never reaches a terminal raw")
def _(room):
    for n, text in enumerate(ESCAPES):
        paths = [room.write("%d.syx" % n, h.md_kit(room.random, 3, text)),
                 room.write("%d.mid" % n, h.smf(
                     h.meta(0, 3, text) + h.meta(0, 1, text)
                     + h.sysex_event(0, h.md_kit(room.random, 3, text))
                     + h.END))]
        for path in paths:
            for more in ((), ("--json",), ("--hex",)):
                run = room.sxlib("show", path, *more)
                equal(run.status, 0, "exit status")
                raw = set(run.out) & (set(range(32)) - {9, 10} | {0x7F})
                equal(raw, set(), "control characters on stdout")
                check(not set(run.err.encode()) & {0x1B, 7, 8},
                      "control characters on stderr")
                if more == ("--json",):
                    objects(run)


@test("names of files that are not UTF-8, or have escapes and quotes")
def _(room):
    for name in (b"bad\xff\xfe.syx", b'quo"te\\.syx', b"esc\x1b[2J.syx",
                 b"new\nline.syx", "umlaut-\u00e4.syx".encode(), b" .syx"):
        path = os.fsencode(room.dir) + b"/" + name
        with open(path, "wb") as file:
            file.write(GOOD)
        run = room.sxlib("show", "-j", path)
        equal(run.status, 0, "exit status")
        check(b"\x1b" not in run.out, "no escape sequence")
        run.out.decode("utf-8")
        equal(len(run.json), 1, "one object")
        equal(len(run.lines), 1, "one line")
        run = room.sxlib("show", path)
        check(b"\x1b" not in run.out, "no escape sequence")


@test("what is no SysEx file at all: exit 1 and why")
def _(room):
    for name, data in [("a.txt", b"hello, world\n" * 50), ("empty.syx", b""),
                       ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(100)),
                       ("noise.bin", bytes(b for b in room.random.randbytes(
                           5000) if b != 0xF0))]:
        run = room.sxlib("show", room.write(name, data))
        equal(run.status, 1, "exit status for %s" % name)
        match("sxlib: show: .*" + name, run.err, "stderr")
        raw = set(run.out) & (set(range(32)) - {9, 10})
        equal(raw, set(), "control characters on stdout")


@test("a bad file among good ones: the good ones are shown, exit 1")
def _(room):
    a, b = room.write("a.syx", GOOD), room.write("b.syx", OTHER)
    run = room.sxlib("show", "-j", a, room.path("missing.syx"), b)
    equal(run.status, 1, "exit status")
    equal([o["file"] for o in run.json], [a, b], "files shown")
    match("missing.syx.*no such file", run.err, "stderr")
    equal(room.sxlib("show", room.dir).status, 1, "a folder")


@test("--json: the time from a default name, else the file's")
def _(room):
    a = room.write("20261122T051530.123Z-jomox.syx", GOOD)
    b = room.write("b.syx", GOOD)
    os.utime(b, (1000000000, 1000000000))
    c = room.write("c.mid", h.smf(
        h.meta(0, 3, b"20261122T051530.123Z x") + h.sysex_event(0, GOOD)
        + h.END))
    run = room.sxlib("show", "-j", a, b, c)
    equal([o["time"] for o in run.json],
          ["2026-11-22T05:15:30.123Z", "2001-09-09T01:46:40.000Z",
           "2026-11-22T05:15:30.123Z"], "times")


@test("--json: each message of a .mid has its own time")
def _(room):
    path = room.write("20261122T051530.123Z.mid", h.smf(
        h.sysex_event(0, b"\xf0\x7d\x01\xf7")
        + h.sysex_event(1250, b"\xf0\x7d\x02\xf7") + h.END))
    equal([o["time"] for o in room.sxlib("show", "-j", path).json],
          ["2026-11-22T05:15:30.123Z", "2026-11-22T05:15:31.373Z"], "times")


@test("a gone stdout is exit 1")
def _(room):
    path = room.write("x.syx", GOOD * 20000)
    with open("/dev/full", "wb") as full:
        equal(room.sxlib("show", path, stdout=full).status, 1, "full")
    reader, writer = os.pipe()
    os.close(reader)
    run = room.sxlib("show", path, stdout=writer)
    os.close(writer)
    equal(run.status, 1, "broken pipe")


@test("a file of 8 MB with one message, and one of 50,000 messages")
def _(room):
    run = room.sxlib("show", "-j", room.write(
        "x.syx", h.sysex(room.random, 8 << 20)))
    equal([(o["bytes"], o["damaged"]) for o in run.json], [(8 << 20, None)],
          "one")
    run = room.sxlib("show", "-j", room.write("y.syx", GOOD * 50000))
    equal(len(run.lines), 50000, "many")


# --- MIDI files: good, odd and malformed -------------------------------------

G = h.sysex_event(0, GOOD)
O = h.sysex_event(0, OTHER)
BOTH = [GOOD, OTHER]
LONG = b"\xf0\x7d" + b"\x01" * 300 + b"\xf7"


def riff(smf, size=None, kind=b"RMID"):
    data = kind + b"data" + struct.pack("<I", len(smf)) + smf
    return b"RIFF" + struct.pack("<I", len(data) if size is None
                                 else size) + data


# The messages of good ones, read whole and without complaint.
GOOD_FILES = {
    "format 0": (h.smf(G + O + h.END, fmt=0), BOTH),
    "format 1, two tracks": (h.smf(G + h.END, O + h.END), BOTH),
    "format 2": (h.smf(G + h.END, O + h.END, fmt=2), BOTH),
    "tracks are merged by time": (
        h.smf(h.sysex_event(100, OTHER) + h.END, h.sysex_event(50, GOOD)
              + h.END), BOTH),
    "SMPTE time": (h.smf(G + O + h.END, division=0xE728), BOTH),
    "tempo changes": (
        h.smf(h.meta(0, 0x51, b"\x07\xa1\x20") + G
              + h.meta(9, 0x51, b"\x01\x00\x00") + O + h.END), BOTH),
    "notes and running status": (
        h.smf(h.event(0, b"\x90\x40\x40") + h.event(5, b"\x41\x41") + G
              + h.event(0, b"\xc0\x05") + h.event(0, b"\x06") + O + h.END),
        BOTH),
    "F0 and F7 packets": (
        h.smf(h.packet(0, LONG[1:100]) + h.packet(9, LONG[100:200], 0xF7)
              + h.packet(9, LONG[200:], 0xF7) + O + h.END), [LONG, OTHER]),
    "an escape that holds a message": (
        h.smf(h.packet(0, GOOD, 0xF7) + O + h.END), BOTH),
    "escapes with other bytes": (
        h.smf(h.packet(0, b"\xf8", 0xF7) + G + h.packet(0, b"\xf3\x01", 0xF7)
              + O + h.END), BOTH),
    "every kind of meta": (
        h.smf(b"".join(h.meta(0, k, b"text") for k in range(1, 16))
              + h.meta(0, 0, b"\0\1") + h.meta(0, 0x20, b"\0")
              + h.meta(0, 0x54, bytes(5)) + h.meta(0, 0x58, bytes(4))
              + h.meta(0, 0x59, bytes(2)) + h.meta(0, 0x7F, b"\x41\x42") + G
              + O + h.END), BOTH),
    "a meta of 100,000 bytes": (
        h.smf(h.meta(0, 1, b"x" * 100000) + G + O + h.END), BOTH),
    "a message of 1 MB": (
        h.smf(h.sysex_event(0, b"\xf0\x7d" + b"\2" * 1000000 + b"\xf7")
              + h.END), [b"\xf0\x7d" + b"\2" * 1000000 + b"\xf7"]),
    "a delta of four bytes": (
        h.smf(G + h.sysex_event(0x0FFFFFFF, OTHER) + h.END), BOTH),
    "a longer header": (
        h.chunk(b"MThd", b"\0\1\0\1\1\xf4\0\0\0\0")
        + h.chunk(b"MTrk", G + O + h.END), BOTH),
    "an alien chunk": (
        h.header() + h.chunk(b"XFIH", b"abc\xf0\xf7")
        + h.chunk(b"MTrk", G + O + h.END), BOTH),
    "RMID": (riff(h.smf(G + O + h.END)), BOTH),
    "a length padded with zeros": (
        h.smf(b"\x80\x80\x00\xf0\x80\x05\x7d\x44\x45\x46\xf7" + O + h.END),
        BOTH),
    "an empty track first": (h.smf(h.END, G + O + h.END), BOTH),
    "a track of no bytes": (h.smf(b"", G + O + h.END), BOTH),
    "no end of track": (h.smf(G + O), BOTH),
    "200 tracks": (h.smf(*[G + h.END] * 200), [GOOD] * 200),
}

# Wrong, and each reader has its own idea of how far to go: it may be read or
# refused, but what is shown is true and nothing crashes.
ODD_FILES = {
    "fewer tracks than its header says": h.header(1, 3) + h.chunk(
        b"MTrk", G + O + h.END),
    "more tracks than its header says": h.header(1, 1) + h.chunk(
        b"MTrk", G + h.END) + h.chunk(b"MTrk", O + h.END),
    "junk after the last track": h.smf(G + O + h.END) + b"junk",
    "a division of zero": h.smf(G + O + h.END, division=0),
    "an unknown format": h.smf(G + O + h.END, fmt=9),
    "a message without F7": h.smf(h.packet(0, GOOD[1:-1]) + O + h.END),
    "a continuation without a beginning": h.smf(
        h.packet(0, b"\x01\x02\xf7", 0xF7) + G + O + h.END),
    "an empty message": h.smf(h.packet(0, b"") + G + O + h.END),
    "events after the end of track": h.smf(G + h.END + O),
    "RMID with a lying length": riff(h.smf(G + O + h.END), 0x7FFFFFFF),
    "running status over a SysEx": h.smf(
        b"\x00\x90\x40\x40" + G + b"\x00\x41\x41" + h.END),
    "an F0 inside a message": h.smf(
        h.packet(0, b"\x7d\x01\xf0\x7d\x02\xf7") + G + h.END),
}

# Malformed: exit 1, and a line that names the file.
BAD_FILES = {
    "only a magic": b"MThd",
    "a header cut short": h.header()[:11],
    "a header too small": h.chunk(b"MThd", b"\0\1\0\1") + h.chunk(
        b"MTrk", G + h.END),
    "a header longer than the file": b"MThd\x7f\xff\xff\xff" + bytes(20),
    "no track": h.header(1, 0),
    "a track longer than the file": h.header() + h.chunk(
        b"MTrk", G + O + h.END, 5000),
    "a message longer than its track": h.smf(
        G + b"\x00\xf0\x87\x68\x7d\x01\xf7"),
    "a message of 268 MB": h.smf(G + b"\x00\xf0\xff\xff\xff\x7f\x7d"),
    "a length of five bytes": h.smf(
        G + b"\x00\xf0\x81\x80\x80\x80\x05\x7d\x44\x45\x46\xf7" + h.END),
    "a delta that never ends": h.smf(G + b"\xff\xff\xff\xff\xff\xff"),
    "data without a status": h.smf(G + b"\x00\x40\x40" + h.END),
    "a meta cut short": h.smf(G + b"\x00\xff\x01\x20ab"),
    "a note cut short": h.smf(G + b"\x00\x90\x40"),
    "RIFF that is no RMID": riff(b"no header here", kind=b"WAVE"),
    "no header": b"\0\0\0\6\0\1\0\1\0\x60MTrk" + G + h.END,
}


@test("%d MIDI files: the good ones are read" % len(GOOD_FILES))
def _(room):
    for n, (name, (data, want)) in enumerate(GOOD_FILES.items()):
        path = room.write("%d.mid" % n, data)
        run = room.sxlib("show", "-j", path)
        equal(run.status, 0, "exit status: " + name)
        messages, stray = objects(run)
        equal(([o["bytes"] for o in messages], stray),
              ([len(m) for m in want], []), name)
        equal({o["damaged"] for o in messages}, {None}, name)
        run = room.sxlib("send", "-p", "-", "--rate", "max", "--delay", "0",
                         path)
        equal((run.status, run.out), (0, b"".join(want)), "sent: " + name)


@test("%d MIDI files that are odd: no crash, nothing invented"
      % len(ODD_FILES))
def _(room):
    for n, (name, data) in enumerate(ODD_FILES.items()):
        path = room.write("%d.mid" % n, data)
        run = room.sxlib("show", "-j", path)
        one_of(run.status, (0, 1, 5), "exit status: " + name)
        if run.status == 1:
            match(r"sxlib: show: .*%d\.mid" % n, run.err, name)
        for obj in objects(run)[0]:
            check(obj["damaged"] or obj["bytes"] in (4, 5, 6), name)
        run = room.sxlib("send", "-p", "-", "--rate", "max", "--delay", "0",
                         path)
        one_of(run.status, (0, 1), "sent: " + name)
        equal([d for _, d in h.frame(run.out) if d], [], "sent: " + name)


@test("%d MIDI files that are malformed: exit 1 and why" % len(BAD_FILES))
def _(room):
    for n, (name, data) in enumerate(BAD_FILES.items()):
        path = room.write("%d.mid" % n, data)
        run = room.sxlib("show", "-j", path)
        equal(run.status, 1, "exit status: " + name)
        match(r"^sxlib: show: .*%d\.mid" % n, run.err, name)
        run = room.sxlib("send", "-p", "-", path)
        equal((run.status, run.out), (1, b""), "sent: " + name)


@test("a good .mid cut at every length, and with wrong bytes: no crash")
def _(room):
    data = h.smf(h.meta(0, 3, b"ab") + h.packet(0, GOOD[1:4])
                 + h.packet(1, GOOD[4:], 0xF7) + h.event(0, b"\x90\x40\x40")
                 + h.END, O + h.END)
    paths = [room.write("cut%d.mid" % n, data[:n])
             for n in range(len(data) + 1)]
    for n in range(150):
        wrong = bytearray(data)
        for _ in range(room.random.randrange(1, 4)):
            wrong[room.random.randrange(4, len(wrong))] = \
                room.random.choice([0, 1, 0x7F, 0x80, 0xF0, 0xF7, 0xFF])
        paths.append(room.write("wrong%d.mid" % n, bytes(wrong)))
    # All in one run: one bad file does not hide the next.
    run = room.sxlib("show", "-j", *paths)
    equal(run.status, 1, "exit status")
    objects(run)
    shown = {o["file"] for o in run.json} | {
        p for p in paths if p in run.err}
    equal([p for p in paths if p not in shown
           and os.path.basename(p).startswith("cut")], [],
          "files of which nothing is said")


if __name__ == "__main__":
    h.main()
