#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Sounds looked for by name, listed, and referred to: `find`, `list --sounds`,
and FILE:SLOTS, FILE:#N and FILE:=NAME in `show`, `list` and `verify`."""
import csv
import itertools
import os
import string
import re

import harness as h
from harness import check, equal, match, test

SOUNDS = os.path.join(h.DUMPS, "..", "..", "instruments", "sounds.tsv")


def dx7_bank(names):
    """32 voices, after the DX7's manual: the name is bytes 118 to 127."""
    data = b"".join(bytes(118) + n.encode("latin-1").ljust(10)[:10]
                    for n in list(names) + [""] * (32 - len(names)))
    return (b"\xf0\x43\x00\x09\x20\x00" + data
            + bytes([-sum(data) & 0x7F, 0xF7]))


def collection(room):
    """Two banks of a DX7, a file of kits, one of another kind."""
    room.write("lib/a.syx", dx7_bank(["BRASS   1 ", "E.PIANO 1", "Bass 2",
                                      "SYN BASS", "50% [x]"]))
    room.write("lib/sub/b c.syx", dx7_bank(["BASS 1", "bass2"]))
    room.write("lib/kits.syx", h.md_kit(room.random, 3, b"BASSDRUM")
               + h.md_kit(room.random, 9, b"OTHER"))
    room.write("lib/pattern.syx", h.md_pattern(room.random, 3))
    room.write("lib/notes.txt", b"bass")


def find(room, *args, status=0):
    run = room.sxlib("find", *args)
    equal(run.status, status, "exit status of find " + " ".join(args))
    return run


@test("find: reference, name and device; the summary is on stderr")
def _(room):
    collection(room)
    run = find(room, "bass", "lib")
    equal([line.split("  ")[0] for line in run.lines],
          ["lib/a.syx:3", "lib/a.syx:4", "lib/kits.syx:4",
           "lib/sub/b c.syx:1", "lib/sub/b c.syx:2"], "references")
    match(r"^lib/a.syx:3 +Bass 2 +DX7$", run.lines[0], "a row", 0)
    match(r"^lib/kits.syx:4 +BASSDRUM +Machinedrum$", run.lines[2], "a kit", 0)
    match(r"^5 of 66 sounds in 4 files$", run.err.splitlines()[-1], "summary")
    match("1 other file skipped", run.err, "what was skipped")


@test("find: which names a text means")
def _(room):
    collection(room)
    for args, want in (
            (("brass 1",), ["a.syx:1"]),  # blanks as many as there are
            (("BRASS   1",), ["a.syx:1"]),
            (("brass1",), []),
            (("--exact", "brass1"), ["a.syx:1"]),
            (("--exact", "bass"), []),
            (("--exact", "bass2"), ["a.syx:3", "sub/b c.syx:2"]),
            (("--exact", "BASS 2"), ["a.syx:3", "sub/b c.syx:2"]),
            (("--regex", "^bass"), ["a.syx:3", "kits.syx:4",
                                    "sub/b c.syx:1", "sub/b c.syx:2"]),
            (("--regex", "^bass ?[0-9]$"), ["a.syx:3", "sub/b c.syx:1",
                                            "sub/b c.syx:2"]),
            (("--regex", "piano|other"), ["a.syx:2", "kits.syx:10"]),
            (("[x]",), ["a.syx:5"]),
            (("50%",), ["a.syx:5"]),
            (("--device", "machine", "bass"), ["kits.syx:4"]),
            (("--maker", "yamaha", "bass 1"), ["sub/b c.syx:1"]),
            (("--maker", "43", "--maker", "elektron", "other"),
             ["kits.syx:10"]),
            (("nothing of the kind",), [])):
        run = find(room, "-q", *args, "lib", status=0 if want else 1)
        equal(run.lines, ["lib/" + w for w in want], "find %s" % (args,))
        equal(run.err, "", "nothing is said")


@test("find: the current folder, files, references, several of them")
def _(room):
    collection(room)
    run = room.sxlib("find", "-q", "bass 1", cwd=room.path("lib"))
    equal(run.lines, ["./sub/b c.syx:1"], "the current folder")
    run = find(room, "-q", "bass", "lib/sub/b c.syx", "lib/kits.syx")
    equal(run.lines, ["lib/sub/b c.syx:1", "lib/sub/b c.syx:2",
                      "lib/kits.syx:4"], "as they were given")
    run = find(room, "-q", "bass", "lib/a.syx:1-3", "lib/kits.syx:10",
               "lib/sub/b c.syx:#2")
    equal(run.lines, ["lib/a.syx:3", "lib/sub/b c.syx:2"], "references")
    run = find(room, "-q", "bass", "lib/a.syx:33", "lib/sub", status=2)
    equal(run.lines, ["lib/sub/b c.syx:1", "lib/sub/b c.syx:2"], "the rest")
    match("find: '33': no such slot in lib/a.syx", run.err, "stderr")


@test("find: JSON has the facts of the sound")
def _(room):
    collection(room)
    run = find(room, "--json", "bass 2", "lib")
    obj, = run.json
    equal((obj["file"], obj["reference"], obj["number"], obj["slot"],
           obj["slot_text"], obj["name"], obj["kind"], obj["offset"],
           obj["bytes"]),
          ("lib/a.syx", "lib/a.syx:3", 3, 2, "3", "Bass 2", "preset", 0, 4104),
          "the sound")
    for obj in find(room, "--json", "bass", "lib").json:
        del obj["reference"], obj["number"]
        h.facts(obj)


@test("find: what it prints is what show takes")
def _(room):
    collection(room)
    room.write("lib/two.syx", dx7_bank(["ONE BASS"]) + dx7_bank(["", "BASS"]))
    for ref in find(room, "-q", "bass", "lib").lines:
        run = room.sxlib("show", ref)
        equal(run.status, 0, "show " + ref)
        match("bass", run.out.decode(), "show " + ref)
    # A slot that is there twice has no reference but its number.
    equal(find(room, "-q", "bass", "lib/two.syx").lines,
          ["lib/two.syx:#1", "lib/two.syx:#34"], "numbers")


@test("find: wrong use, and files without sounds")
def _(room):
    collection(room)
    for args, why in (((), "missing TEXT"), (("",), "no text to look for"),
                      (("  ",), "no text to look for"),
                      (("--regex", "(", "lib"), r"'\('"),
                      (("--regex", "--exact", "x", "lib"), "mutually exclusive")):
        run = find(room, *args, status=2)
        match("^sxlib: find: .*" + why, run.err, "find %s" % (args,))
        equal(run.out, b"", "stdout")
    match("cannot open", find(room, "x", "nowhere.syx", status=1).err, "stderr")
    room.write("page.syx", b"<!DOCTYPE html><html></html>")
    match("web page", find(room, "x", "page.syx", status=1).err, "stderr")
    os.mkdir(room.path("empty"))
    equal(room.sxlib("find", "x", "empty").status, 3, "an empty folder")
    run = find(room, "bass", "lib/pattern.syx", status=1)
    match("0 of 0 sounds in 1 file", run.err, "no sounds")


@test("find: a damaged file is reported, and what it holds is found")
def _(room):
    room.write("cut.syx", dx7_bank(["BASS 1"]) + dx7_bank(["BASS 2"])[:-9])
    equal(find(room, "-q", "bass", "cut.syx").lines, ["cut.syx:1"],
          "a cut message has no sounds")
    name = b"\x07ELL \x1b[31mBASS"
    room.write("bell.syx", h.md_kit(room.random, 1, name))
    run = find(room, "bass", "bell.syx")
    check(b"\x1b" not in run.out and b"\x07" not in run.out, "no control bytes")
    match(r"\\x07ell \\x1b\[31mbass", run.out.decode(), "escaped")
    keys, screen = os.openpty()
    room.write("\x1b[2Jx.syx", dx7_bank(["BASS"]))
    run = room.run("find", "-q", "bass", "\x1b[2Jx.syx", stdout=screen)
    equal(run.end(), 0, "exit status")
    os.close(screen)
    equal(os.read(keys, 1000), b"\\x1b[2Jx.syx:1\r\n", "on a terminal")
    os.close(keys)


@test("list --sounds: a row for each, in any order")
def _(room):
    collection(room)
    run = room.sxlib("list", "--sounds", "--sort", "file", "lib")
    equal(run.status, 0, "exit status")
    equal(len(run.lines), 67, "a heading and 66 sounds")
    match("^Maker +Device +Kind +Slot +Name +Sound$", run.lines[0], "heading")
    match(r"^Yamaha +DX7 +preset +1 +BRASS   1 +lib/a.syx:1$", run.lines[1],
          "the first")
    match(r"^Elektron +Machinedrum +kit +10 +OTHER +lib/kits.syx:10$",
          run.lines[34], "a kit")
    match("66 of 66 sounds in 4 files", run.err, "summary")
    found = room.sxlib("list", "-j", "--sounds", "--sort", "name", "--device",
                       "dx7", "lib").json
    equal([o["name"] for o in found[-6:]],
          ["BASS 1", "Bass 2", "bass2", "BRASS   1", "E.PIANO 1", "SYN BASS"],
          "by name")
    equal(len(room.sxlib("list", "-j", "--sounds", "--kind", "kit",
                         "lib").json), 2, "kits")
    os.utime(room.path("lib/kits.syx"), (1e9, 1e9))
    equal(len(room.sxlib("list", "-j", "--sounds", "--since", "2002-01-01",
                         "lib").json), 64, "new ones")
    found = room.sxlib("list", "-j", "--sounds", "lib").json
    equal([(o["name"], o["number"]) for o in found[-2:]],
          [("BASSDRUM", 1), ("OTHER", 2)], "newest first")


@test("show: one sound, several, and those of several files")
def _(room):
    collection(room)
    obj, = room.sxlib("show", "-j", "lib/a.syx:2,4").json
    equal([(s["index"], s["slot_text"], s["name"]) for s in obj["sounds"]],
          [(1, "2", "E.PIANO 1"), (3, "4", "SYN BASS")], "sounds")
    run = room.sxlib("show", "lib/a.syx:=Brass1", "lib/kits.syx:#2")
    equal(len(run.lines), 4, "a heading, a bank, a sound, a kit")
    match("1 +BRASS   1", run.lines[2], "the sound")
    match("OTHER", run.lines[3], "the kit")
    run = room.sxlib("show", "--hex", "lib/kits.syx:10")
    match("OTHER", run.out.decode(), "hex")
    check("BASSDRUM" not in run.out.decode(), "no other")


@test("a file of exactly that name wins")
def _(room):
    room.write("a.syx", dx7_bank(["ONE", "TWO"]))
    room.write("a.syx:2", dx7_bank(["OTHER"]))
    match("OTHER", room.sxlib("show", "a.syx:2").out.decode(), "the file")
    check(b"TWO" not in room.sxlib("show", "a.syx:2").out, "not the sound")
    equal(room.sxlib("show", "-j", "a.syx:2:1").json[0]["sounds"][0]["name"],
          "OTHER", "a sound of it")
    obj, = room.sxlib("show", "-j", "--", "-:2",
                      stdin=dx7_bank(["ONE", "TWO"])).json
    equal([s["name"] for s in obj["sounds"]], ["TWO"], "standard input")


@test("wrong references: what they mean, and what there is")
def _(room):
    collection(room)
    room.write("unknown.syx", b"\xf0\x43\x00\x7f\x01\x02\xf7")
    for ref, status, why in (
            ("lib/a.syx:33", 2, r"'33': no such slot in lib/a.syx\n"
             r"the first sound is in slot 1, the last in 32"),
            ("lib/a.syx:#33", 2, r"no such sound in lib/a.syx\n"
             r"there are 32: #1 to #32"),
            ("lib/a.syx:=NOPE", 2, "no sound of lib/a.syx has this name"),
            ("lib/kits.syx:5", 2, r"no sound in this slot of lib/kits.syx\n"
             r"the first sound is in slot 4, the last in 10"),
            ("lib/a.syx:#x", 2, "no such sound"),
            ("lib/a.syx:=", 2, "no name"),
            ("lib/pattern.syx:1", 1, r"contains no sound: found a pattern "
             r"\(Machinedrum\)"),
            ("unknown.syx:1", 1, "contains no recognised sound"),
            ("nowhere.syx:1", 1, "cannot open 'nowhere.syx:1'"),
            ("lib:1", 1, "cannot open 'lib:1'")):
        for command in ("show", "verify", "list"):
            run = room.sxlib(command, ref)
            equal(run.status, status, "%s %s" % (command, ref))
            match(why, run.err, "%s %s" % (command, ref))
    room.write("same.syx", dx7_bank(["PAD", "Lead", "P A D"]))
    run = room.sxlib("show", "same.syx:=pad")
    equal(run.status, 2, "an ambiguous name")
    match(r"2 sounds of same.syx have this name\nthey are 1, 3", run.err,
          "all matches")


@test("verify and list take a reference as these sounds")
def _(room):
    kits = [h.md_kit(room.random, n, b"KIT%d" % n) for n in range(4)]
    room.write("kits.syx", b"".join([kits[0], h.spoil(kits[1]), *kits[2:]]))
    equal(room.sxlib("verify", "kits.syx").status, 1, "one is bad")
    run = room.sxlib("verify", "kits.syx:1,3-4")
    equal(run.status, 0, "the others are good")
    match("1 file, 3 messages: 0 bad", run.err, "summary")
    run = room.sxlib("verify", "kits.syx:2")
    equal(run.status, 1, "the bad one")
    match(r"^kits.syx:2: offset 1233: message 2 ", run.lines[0], "its place")
    found = room.sxlib("list", "-j", "--sort", "slot", "kits.syx:3,1").json
    equal([(o["file"], o["name"], o["offset"], o["bytes"]) for o in found],
          [("kits.syx:1", "KIT0", 0, 1233), ("kits.syx:3", "KIT2", 2466, 1233)],
          "rows")
    for obj in found:
        h.facts(obj)


@test("show: sounds stand side by side on a terminal, in a pipe one a row")
def _(room):
    names = ["SOUND %d" % n for n in range(1, 33)]
    room.write("a.syx", dx7_bank(names))
    equal(len(room.sxlib("show", "a.syx").lines), 34, "rows in a pipe")
    equal(len(room.sxlib("show", "--messages", "a.syx").lines), 2, "none")
    for columns, lines in ((80, 6), (40, 16), (500, 1), (10, 32)):
        shown = h.on_terminal(room, columns, "show", "a.syx")
        block = [line for line in shown if "SOUND" in line]
        equal(len(block), lines, "lines in %d columns" % columns)
        if columns >= 40:
            check(max(map(len, block)) <= columns, "they fit")
        # Down one column after the other.
        cells = [re.findall(r"\d+ SOUND \d+", line) for line in block]
        found = [cell for column in itertools.zip_longest(*cells)
                 for cell in column if cell]
        equal(found, ["%d %s" % n for n in enumerate(names, 1)], "their order")
    equal(len(h.on_terminal(room, 80, "show", "--messages", "a.syx")), 2, "none")


def juno_tones(head, names, *tail):
    """Four tones of an Alpha Juno: 32 bytes each, in nibbles."""
    letters = (string.ascii_uppercase + string.ascii_lowercase
               + string.digits + " -")
    tones = [x for n in names for x in
             [0] * 21 + [letters.index(c) for c in n.ljust(10)] + [0]]
    data = bytes(n for x in tones for n in (x & 15, x >> 4))
    return head + data + bytes([-sum(data) & 127] if tail else []) + b"\xf7"


@test("a bank in several messages: which slots they hold, if they tell")
def _(room):
    bulk = b"\xf0\x41\x37\x00\x23\x20\x01\x00"
    names = ["Tone %d" % i for i in range(12)]
    room.write("bulk.syx", b"".join(
        juno_tones(bulk + bytes([i]), names[i:i + 4]) for i in (0, 4, 8)))
    found = room.sxlib("list", "-j", "--sounds", "bulk.syx").json
    equal([(o["slot"], o["slot_text"], o["name"]) for o in found[3:5]],
          [(3, "14", "Tone 3"), (4, "15", "Tone 4")], "slots")
    match("24 +Tone 11",
          room.sxlib("show", "bulk.syx:24").out.decode(), "by its slot")
    grid = room.sxlib("show", "--grid", "bulk.syx").lines[1::2]
    equal(grid, ["    11  Tone 0  Tone 1  Tone 2  Tone 3",
                 "    15" + 4 * 8 * " " + "  Tone 4  Tone 5  Tone 6  Tone 7",
                 "    21  Tone 8   Tone 9   Tone 10  Tone 11"],
          "a grid for each message, from its first slot on")
    # In a handshake nothing says which four these are.
    room.write("dat.syx", juno_tones(b"\xf0\x41\x42\x00\x23", names[:4], 1))
    found = room.sxlib("list", "-j", "--sounds", "dat.syx").json
    equal([(o["slot"], o["slot_text"], o["name"]) for o in found[:2]],
          [(None, None, "Tone 0"), (None, None, "Tone 1")], "no slots")
    obj, = room.sxlib("show", "-j", "dat.syx").json
    equal([(o["index"], o["slot"]) for o in obj["sounds"]],
          [(i, None) for i in range(4)], "show --json")
    match("^ +Tone 2 *$", room.sxlib("show", "dat.syx").lines[4], "show")
    check(any("Tone 2" in line for line in
              h.on_terminal(room, 80, "show", "dat.syx")), "on a terminal")
    match("#1 +Tone 0", room.sxlib("show", "--grid", "dat.syx").out.decode(),
          "a grid")


@test("150 names among those of the real dumps")
def _(room):
    if not os.path.exists(SOUNDS):
        raise h.Skip("no sounds.tsv beside the dumps, see SXLIB_DUMPS")
    with open(SOUNDS, encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file, delimiter="\t",
                                          quoting=csv.QUOTE_NONE)
                if r["name"].strip()]
    found = room.sxlib("list", "-j", "--sounds", h.DUMPS).json
    # What is there besides are sounds without a name, and parts of others.
    by_file = {}
    for obj in found:
        by_file.setdefault(os.path.basename(obj["file"]), []).append(obj)
    for row in rows:
        check(any((o["name"] or "").strip() == row["name"].strip()
                  and (row["slot"] == "" or o["slot"] == int(row["slot"]))
                  for o in by_file.get(row["file"], [])),
              "%s of %s" % (row["name"], row["file"]))
    for row in room.random.sample(rows, 150):
        run = find(room, "-q", row["name"].strip(), h.DUMPS)
        refs = [r for r in run.lines
                if os.path.basename(r).startswith(row["file"] + ":")]
        check(refs, "%r is not found in %s" % (row["name"], row["file"]))
        obj = room.sxlib("list", "-j", "--sounds", *refs).json
        check(any((o["name"] or "").strip() == row["name"].strip()
                  for o in obj), "%s is called %s" % (refs, row["name"]))


if __name__ == "__main__":
    h.main()
