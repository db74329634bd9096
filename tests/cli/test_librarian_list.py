#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""list: a collection as a table."""
import os
import tempfile

import harness as h
from harness import check, equal, match, test

GOOD = b"\xf0\x7d\x44\x45\x46\xf7"


def collection(room):
    """Names and contents: four makers, three kinds, times in their names."""
    rng = room.random
    files = {
        "20260101T000000.000Z-a.syx": h.md_kit(rng, 5, b"Zebra"),
        "sub/20260301T000000.000Z-b.syx": h.md_pattern(rng, 17),
        "sub/20260201T120000.500Z-c.syx": h.jomox(rng, 999),
        "sub/deep/20260401T000000.000Z-d.SYX": h.md_kit(rng, 2, b"ant")
        + h.md_pattern(rng, 3),
        "20250101T000000.000Z-e.mid": h.smf(
            h.sysex_event(0, h.spoil(h.md_kit(rng, 9, b"Bee"))) + h.END),
        "20240101T000000.000Z-f.syx": GOOD[:-1],
    }
    for name, data in files.items():
        room.write("top/" + name, data)
    return files


def names(room, *args):
    """The letters of the files that list --json says, in its order."""
    run = room.sxlib("list", "-j", "top", *args)
    equal(run.status, 0, "exit status")
    for obj in run.json:
        h.facts(obj)
    return "".join(o["file"].split("Z-")[1][0] for o in run.json)


@test("a line for each file, newest first")
def _(room):
    collection(room)
    equal(names(room), "dbcaef", "order")
    run = room.sxlib("list", "top")
    equal((run.status, len(run.lines)), (0, 7), "a header and six lines")
    match(r"^Time \(UTC\) +Bytes +Messages +Maker +Device +Kind +Slot +Name +"
          r"Checksum +File$", run.lines[0], "header", 0)
    match(r"^2026-04-01T00:00:00 +3996 +2 +Elektron +Machinedrum +several +"
          r"ok +top/sub/deep/", run.lines[1], "two kinds", 0)
    match(r"pattern +B02 +ok", run.lines[2], "slot")
    match(r"kit +6 +Zebra +ok", run.lines[4], "name")
    match(r"kit +10 +Bee +bad", run.lines[5], "checksum")
    match(r"DAMAGED", run.lines[6], "damaged")
    match(r"6 of 6 files; 0 contain no SysEx", run.err, "stderr")
    columns = {line.index("top/") for line in run.lines[1:]}
    equal(len(columns), 1, "columns are aligned")


@test("a file from before 1970 is listed as well")
def _(room):
    # What had no date on a Macintosh was made in 1904.
    os.utime(room.write("top/old.syx", GOOD), (-2082844800, -2082844800))
    room.write("top/20260101T000000.000Z-new.syx", GOOD)
    run = room.sxlib("list", "top")
    equal((run.status, len(run.lines)), (0, 3), "a header and two lines")
    match(r"^1904-01-01T00:00:00 .*old\.syx$", run.lines[2], "the oldest", 0)
    match("2 of 2 files", run.err, "stderr")
    run = room.sxlib("list", "top", "--since", "1970-01-01")
    match("1 of 2 files", run.err, "--since")


@test("--json: the facts of the file as a whole")
def _(room):
    collection(room)
    found = {o["file"].split("Z-")[1][0]: o
             for o in room.sxlib("list", "-j", "top").json}
    equal([(o["bytes"], o["messages"], o["kind"], o["slot"], o["damaged"])
           for o in map(found.get, "abdf")],
          [(1233, 1, "kit", 5, None), (2763, 1, "pattern", 17, None),
           (3996, 2, "unknown", None, None),
           (5, 1, "unknown", None, "end of input")], "facts")
    equal(found["c"]["time"], "2026-02-01T12:00:00.500Z", "time")
    equal(found["b"]["slot_text"], "B02", "slot_text")


FILTERS = [
    (("--maker", "elektron"), "dbae"), (("--maker", "jomox"), "c"),
    (("--maker", "jomox", "--maker", "7d"), "cf"),
    (("--maker", "00203c"), "dbae"),
    (("--device", "drum"), "dbae"), (("--device", "ALPHA"), "c"),
    (("--device", "nothing"), ""),
    (("--kind", "kit"), "dae"), (("--kind", "pattern"), "dbc"),
    (("--kind", "pattern", "--maker", "elektron"), "db"),
    (("--since", "2026-02-01"), "dbc"),
    (("--since", "2026-02-01T12:00"), "dbc"),
    (("--since", "2026-02-01T12:00:01"), "db"),
    (("--since", "2026-02-01T12:00:00Z"), "dbc"),
    (("--since", "20260201T120000.500Z"), "dbc"),
    (("--since", "20260201T120000.501Z"), "db"),
    (("--since", "2030-01-01"), ""),
]


@test("--maker, --device, --kind, --since")
def _(room):
    collection(room)
    for args, want in FILTERS:
        equal(names(room, *args), want, " ".join(args))


@test("--maker takes each name that devices prints, a shared one too")
def _(room):
    makers = {o["maker"] for o in room.sxlib("devices", "--json").json}
    check("Viscount or Jomox" in makers, "one of two makers")
    for maker in makers:
        run = room.sxlib("list", "--maker", maker)
        equal((run.status, run.err.count("unknown maker")), (3, 0), maker)
    collection(room)
    equal(names(room, "--maker", "Viscount or Jomox"),
          names(room, "--maker", "31"), "the dumps of both")


@test("--sort: by each key, what is equal by its path")
def _(room):
    collection(room)
    keys = {"file": lambda o: "", "maker": lambda o: (o["maker"] or "").lower(),
            "device": lambda o: (o["device"] or "").lower(),
            "kind": lambda o: o["kind"], "bytes": lambda o: o["bytes"],
            "slot": lambda o: -1 if o["slot"] is None else o["slot"],
            "name": lambda o: (o["name"] or "").lower()}
    for key, of in keys.items():
        found = room.sxlib("list", "-j", "top", "--sort", key).json
        equal(len(found), 6, "rows by " + key)
        equal(found, sorted(found, key=lambda o: (of(o), o["file"])),
              "order by " + key)


@test("no argument is the current folder; empty and without SysEx")
def _(room):
    collection(room)
    run = room.sxlib("list", "-j", cwd=room.path("top"))
    equal(len(run.json), 6, "rows")
    check(all(o["file"].startswith("./") for o in run.json), "paths")
    os.mkdir(room.path("empty"))
    room.write("song/a.mid", h.smf(b"\x00\x90\x40\x40" + h.END))
    room.write("song/b.syx", b"")
    for folder, n, status, why in (
            ("empty", 0, 3, "no dump found: the folder is empty"),
            ("song", 2, 1, "'song/a.mid' contains no SysEx: found a MIDI file")):
        run = room.sxlib("list", folder)
        equal((run.status, run.out), (status, b""), folder)
        match("0 of %d files; %d contain no SysEx" % (n, n), run.err, folder)
        match("sxlib: list: " + why, run.err, folder)


@test("what cannot be read: exit 1, the others are listed")
def _(room):
    room.write("top/a.syx", GOOD)
    room.write("top/b.mid", b"MThd")
    room.write("top/c.mid", h.smf(h.sysex_event(0, GOOD) + b"\xff" * 6))
    run = room.sxlib("list", "-j", "top", "missing.syx", "no/such/folder")
    equal(run.status, 1, "exit status")
    equal(sorted(o["file"] for o in run.json), ["top/a.syx", "top/c.mid"],
          "listed")
    for word in ("missing.syx", "b.mid", "c.mid", "no/such/folder"):
        check(word in run.err, word + " is said")


@test("names that no terminal may see, and a gone stdout")
def _(room):
    kit = h.md_kit(room.random, 1, b"\x1b[2J\x07")
    for name in (b"new\nline.syx", b"esc\x1b[2J.syx", b"bad\xff.syx"):
        with open(os.fsencode(room.dir) + b"/" + name, "wb") as file:
            file.write(kit)
    for more, n in ((), 4), (("-j",), 3):
        run = room.sxlib("list", room.dir, *more)
        equal((run.status, len(run.lines)), (0, n), "list")
        check(not set(run.out) & {0x1b, 7}, "control characters")
    with open("/dev/full", "wb") as full:
        equal(room.sxlib("list", room.dir, stdout=full).status, 1, "full")


@test("5,000 files")
def _(room):
    for n in range(5000):
        room.write("top/%d/x%04d.syx" % (n % 7, n), GOOD)
    run = room.sxlib("list", "-j", "--sort", "file", "top")
    equal(len(run.lines), 5000, "rows")
    equal(run.lines, sorted(run.lines), "order")


@test("kept as damaged: damaged in JSON, whatever the bytes show")
def _(room):
    good, cut = b"\xf0\x7d\x01\x02\xf7", b"\xf0\x7d\x01"
    for name, data, file, each in (
            # A hole in a message leaves it as whole as any.
            ("a", good, "overrun", ["overrun"]),
            ("b", good + good, "overrun", ["overrun", "overrun"]),
            ("c", good + cut, "end of input", [None, "end of input"]),
            ("d", cut + good, "new F0", ["new F0", None]),
            ("e", b"\x01\x02\xf7" + good, "no F0", [None])):
        path = room.write("%s.damaged.syx" % name, data)
        same = room.write("%s2.damaged.syx" % name, data)
        plain = room.write(name + ".syx", data)
        run = room.sxlib("list", "-j", path)
        equal([o["damaged"] for o in run.json], [file], "list of " + name)
        run = room.sxlib("show", "-j", path)
        equal([o["damaged"] for o in run.json if "stray" not in o], each,
              "show of " + name)
        run = room.sxlib("duplicates", "-j", path, same)
        equal([o["damaged"] for o in run.json], [file] * 2,
              "duplicates of " + name)
        run = room.sxlib("verify", "-j", path)
        equal(run.status, 1, "exit status of verify")
        check(all(o["damaged"] for o in run.json if "stray" not in o),
              "verify of " + name)
        # By its bytes alone.
        run = room.sxlib("show", "-j", plain)
        equal([o["damaged"] for o in run.json if "stray" not in o],
              [None if d == "overrun" else d for d in each], name + ".syx")
    run = room.sxlib("list", "a.damaged.syx")
    match("DAMAGED", run.out.decode(), "the table of list", 0)
    run = room.sxlib("show", "a.damaged.syx")
    match("DAMAGED: overrun", run.out.decode(), "the table of show", 0)


@test("a time after the year 9999, or too long before 1970, is none")
def _(room):
    path = room.write("x.syx", b"\xf0\x7d\x01\x02\xf7")
    disk = "/dev/shm" if os.path.isdir("/dev/shm") else room.dir
    with tempfile.NamedTemporaryFile(dir=disk, suffix=".syx") as file:
        file.write(b"\xf0\x7d\x01\x02\xf7")
        file.flush()
        for seconds, want in ((253402300799, "9999-12-31T23:59:59.000Z"),
                              (253402300800, None), (900000000000, None),
                              (9925340230080, None), (2 ** 63 - 1, None),
                              (-2, None), (-2 ** 62, None),
                              (0, "1970-01-01T00:00:00.000Z")):
            os.utime(file.name, ns=(0, seconds * 10 ** 9))
            if os.stat(file.name).st_mtime_ns // 10 ** 9 != seconds:
                raise h.Skip("no file here can be of the year 9999")
            for command in ("show", "list"):
                run = room.sxlib(command, "-j", file.name)
                equal([o["time"] for o in run.json], [want], command)
                for obj in run.json:
                    h.facts(obj)
            run = room.sxlib("list", file.name)
            equal(run.status, 0, "list")
            # Without a time the row begins with the bytes. JSON has none
            # before 1970, the table down to the year 0.
            shown = "1969-12-31T23:59:58" if seconds == -2 else want
            equal(run.lines[1].split()[0], shown[:19] if shown else "5",
                  "the table")
            equal(room.sxlib("list", file.name, path).status, 0, "list")


def ubxa(slot, name):
    """A UB-Xa's patch as the unit sends it: a header and seven packets."""
    head = b"\xf0\x00\x20\x32\x00\x01\x21\x7f\x74\x07"
    file = b"PatchX %-9s" % slot
    raw = bytearray(784)
    for i in range(0, 16, 2):
        both = name.ljust(16)[i] << 7 | name.ljust(16)[i + 1]
        raw[78 + i:80 + i] = both.to_bytes(2, "little")
    out = head + b"\x01\x7fBIN \x63\x05\0\0" + file + b"\x00\x03\x7c\xf7"
    for number in range(7):
        data = bytearray()
        for at in range(0, 112 if number < 6 else 70, 7):
            group = raw[112 * number + at:112 * number + at + 7]
            data.append(sum((b >> 7) << k for k, b in enumerate(group)))
            data += bytes(b & 0x7f for b in group)
        body = bytes([number, len(data) - 1]) + data
        check_byte = 0
        for byte in body:
            check_byte ^= byte
        out += head + b"\x02" + body + bytes([check_byte, 0xf7])
    return out + b"\xf0\x7e\x00\x7b\x00\xf7"


@test("a sound in eight packets has the slot of one and the name of another")
def _(room):
    path = room.write("u.syx", ubxa(b"B017", b"Brass Ensemble")
                      + ubxa(b"D128", b"Last"))
    run = room.sxlib("list", "--sounds", "-j", path)
    equal([(o["device"], o["slot"], o["slot_text"], o["name"], o["messages"],
            o["checksum"]) for o in run.json],
          [("UB-Xa", 144, "B017", "Brass Ensemble", 8, "none"),
           ("UB-Xa", 511, "D128", "Last", 8, "none")], "sounds")
    run = room.sxlib("rename", path + ":B017", "New", "-o", "n.syx")
    equal(run.status, 1, "status of rename")
    match("two characters in each word", run.err, "why not")
    check(not os.path.exists(room.path("n.syx")), "nothing is written")


if __name__ == "__main__":
    h.main()
