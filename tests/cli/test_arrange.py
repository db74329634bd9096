#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Sounds out of banks, into others, and under other names: split --split sound,
join --bank, rename."""
import os

import harness as h
import voices
from harness import check, equal, match, test


def make_bank(room, name="rom.syx", channel=0):
    """(path, the voices in it)."""
    all_ = [voices.voice(room.random, "VOICE %02d" % (n + 1))
            for n in range(32)]
    return room.write(name, voices.bank(all_, channel)), all_


def names(room, path):
    run = room.sxlib("show", "--json", path)
    equal(run.status, 0, "show")
    return [s["name"] for m in run.json for s in m.get("sounds") or []]


@test("each voice of a bank becomes the dump that the manual says")
def _(room):
    path, all_ = make_bank(room, channel=5)
    run = room.sxlib("split", "--split", "sound", path, "-o", "out/")
    equal(run.status, 0, "split")
    equal(len(run.lines), 32, "files")
    for n, line in enumerate(run.lines):
        equal(room.read(line), voices.single(all_[n], 5), line)
        match("-%02d-yamaha-dx7-preset-VOICE-%02d.syx$" % (n + 1, n + 1), line,
              "its name")
    match("32 sounds in 32 files", run.err, "what is reported")
    # And a bank again: of files, in the order of their names.
    run = room.sxlib("join", "--bank", *run.lines, "-o", "again.syx")
    equal((run.status, run.lines), (0, ["again.syx"]), "join")
    equal(room.read("again.syx"), room.read("rom.syx"), "the bank")


@test("all sounds of a Microwave II are split and joined")
def _(room):
    sounds = [bytes([n & 0x7F] * 240) + b"Sound %03d       " % n
              for n in range(256)]

    def dump(bank, program, data):
        body = bytes([bank, program]) + data
        return (bytes.fromhex("F03E0E0510") + body +
                bytes([sum(body) & 0x7F, 0xF7]))

    room.write("all.syx", dump(0x10, 0, b"".join(sounds)))
    run = room.sxlib("split", "--split", "sound", "all.syx", "-o", "out/")
    equal((run.status, len(run.lines)), (0, 256), "split")
    for n in 0, 127, 128, 255:
        equal(room.read(run.lines[n]), dump(n >> 7, n & 0x7F, sounds[n]),
              "sound %d" % n)
    match("presetB128-Sound-255.syx$", run.lines[255], "the last one")
    run = room.sxlib("join", "--bank", *run.lines, "-o", "again.syx")
    equal((run.status, run.lines), (0, ["again.syx"]), "join")
    equal(room.read("again.syx"), room.read("all.syx"), "the bank")


@test("a reference names the sounds that are split, joined or converted")
def _(room):
    path, all_ = make_bank(room)
    run = room.sxlib("split", path + ":3-4", "-o", "out/", "--name", "{name}")
    equal((run.status, run.lines),
          (0, ["out/VOICE-03.syx", "out/VOICE-04.syx"]), "split")
    equal(room.read("out/VOICE-03.syx"), voices.single(all_[2]), "the third")
    run = room.sxlib("join", path + ":=voice 31", path + ":#1", "-o", "two.syx")
    equal(run.status, 0, "join")
    equal(room.read("two.syx"),
          voices.single(all_[30]) + voices.single(all_[0]), "two dumps")
    run = room.sxlib("convert", path + ":32", "one.syx")
    equal(run.status, 0, "convert")
    equal(room.read("one.syx"), voices.single(all_[31]), "one dump")
    # A file of just that name wins.
    room.write("rom.syx:32", h.md_kit(room.random, 4, b"KIT"))
    run = room.sxlib("convert", path + ":32", "kit.syx")
    equal(room.read("kit.syx"), room.read("rom.syx:32"), "that file")


@test("a bank of sounds from here and there, in this order")
def _(room):
    one, first = make_bank(room, "one.syx")
    two, second = make_bank(room, "two.syx")
    room.write("single.syx", voices.single(second[9]))
    run = room.sxlib("join", "--bank", two + ":32", one + ":1-30",
                     "single.syx", "-o", "new.syx")
    equal((run.status, run.lines), (0, ["new.syx"]), run.err)
    equal(room.read("new.syx"), voices.bank(
        [second[31]] + first[:30] + [second[9]]), "the bank")
    match("a bank of 32 sounds, 1 message", run.err, "what is reported")


@test("too few, too many, of several devices: no bank, and nothing is written")
def _(room):
    path, all_ = make_bank(room)
    other = room.write("p.syx", voices.program(room.random, "Prophet", 3))
    for args, status, want in (
            ([path + ":1-30"], 1, "holds 32 sounds: 2 are missing"),
            ([path + ":1-31"], 1, "holds 32 sounds: 1 is missing"),
            ([path, path + ":1"], 1, "holds 32 sounds, but there are 33"),
            ([path + ":1-31", other], 1,
             "sound 32 is from a Prophet '08, the first from a DX7"),
            ([path + ":33"], voices.WRONG_REF, "33"),
            ([path + ":=nothing"], voices.WRONG_REF, "nothing"),
            ([path + ":1", "--fill", path], 2, "names 32 sounds"),
            ([path + ":1", "--fill", other], 1, "from a Prophet"),
            ([path + ":1", "--fill", path + ":#40"], voices.WRONG_REF, "#40")):
        run = room.sxlib("join", "--bank", *args, "-o", "new.syx")
        equal((run.status, run.lines), (status, []), " ".join(args))
        match(want.replace("(", "."), run.err, " ".join(args))
        check(not os.path.exists(room.path("new.syx")), "it was written")
    match("--fill REF", room.sxlib(
        "join", "--bank", path + ":1", "-o", "new.syx").err, "the way out")
    run = room.sxlib("join", "--bank", path + ":7", "--fill", path + ":2",
                     "-o", "new.syx")
    equal(run.status, 0, "filled")
    match("a bank of 32 sounds, 1 message", run.err, "all of them")
    equal(room.read("new.syx"), voices.bank([all_[6]] + [all_[1]] * 31),
          "the bank")
    run = room.sxlib("join", path, "--fill", path + ":2", "-o", "x.syx")
    equal(run.status, 2, "--fill without --bank")
    run = room.sxlib("join", "--bank", path, "-o", "new.syx")
    equal(run.status, 1, "an output that exists")
    match("exists", run.err, "why")


@test("programs without a bank message follow each other")
def _(room):
    programs = [voices.program(room.random, "Prog %d" % n, slot)
                for n, slot in enumerate((20, 4, 127))]
    for n, data in enumerate(programs):
        room.write("%d.syx" % n, data)
    run = room.sxlib("join", "--bank", "0.syx", "1.syx", "2.syx", "-o",
                     "all.syx")
    equal(run.status, 0, run.err)
    equal(room.read("all.syx"), b"".join(
        p[:5] + bytes([20 + n]) + p[6:] for n, p in enumerate(programs)),
          "from slot A021 on")
    # All of one file are that file, in whatever slots they are.
    room.write("odd.syx", b"".join(programs))
    run = room.sxlib("join", "--bank", "odd.syx", "-o", "same.syx")
    equal(room.read("same.syx"), room.read("odd.syx"), "the same")


@test("a name, and nothing else, is another")
def _(room):
    path, all_ = make_bank(room)
    data = b"\x00\x01" + room.read("rom.syx") + bytes(7)
    room.write("rom.syx", data)
    for ref in (":2", ":#2", ":=voice02"):
        out = "new%d.syx" % len(ref)
        run = room.sxlib("rename", path + ref, "My Bass", "-o", out)
        equal((run.status, run.lines), (0, [out]), run.err)
        renamed = [all_[0], all_[1][:118] + b"My Bass   "] + all_[2:]
        equal(room.read(out), b"\x00\x01" + voices.bank(renamed) + bytes(7),
              ref)
        equal(names(room, out)[1], "My Bass", "the name that is shown")
    equal(room.read("rom.syx"), data, "the old file")


@test("a program's name is written where its bits are packed")
def _(room):
    seed = room.random.getstate()
    old = voices.program(room.random, "Old Name", 9)
    room.random.setstate(seed)
    new = voices.program(room.random, "Newer Name", 9)
    path = room.write("p.syx", old * 2)
    run = room.sxlib("rename", path + ":#2", "Newer Name", "-o", "n.syx")
    equal(run.status, 0, run.err)
    equal(room.read("n.syx"), old + new, "the second one")


@test("names that a unit unsupported characters are refused, and what it can is said")
def _(room):
    path, _ = make_bank(room)
    for name, want in (("ELEVEN CHAR", "this unit allows 10: blanks and"),
                       ("caf\u00e9", "unsupported characters.*allows 10"),
                       ("tab\t", "unsupported characters")):
        run = room.sxlib("rename", path + ":1", name, "-o", "new.syx")
        equal((run.status, run.lines), (1, []), name)
        match("rom.syx:1'.*" + want, run.err, name)
        check(not os.path.exists(room.path("new.syx")), "it was written")
    for args, want in (
            ((path + ":1-2", "X", "-o", "n.syx"), "names 2 sounds"),
            ((path, "X", "-o", "n.syx"), "names 32 sounds"),
            ((path + ":1", "X"), "--out"),
            ((path + ":1",), "NAME"),
            ((path + ":1", "X", "-o", "n.mid"), "must end as"),
            ((path + ":1", "X", "-o", "n.txt"), "must end in")):
        run = room.sxlib("rename", *args)
        equal(run.status, 2, " ".join(args))
        match(want, run.err, " ".join(args))
    run = room.sxlib("rename", path + ":99", "X", "-o", "n.syx")
    equal(run.status, voices.WRONG_REF, "no such slot")
    run = room.sxlib("rename", "nowhere.syx:1", "X", "-o", "n.syx")
    equal(run.status, 1, "no such file")
    room.write("there.syx", b"mine")
    run = room.sxlib("rename", path + ":1", "X", "-o", "there.syx")
    equal(run.status, 1, "an output that exists")
    equal(room.read("there.syx"), b"mine", "it")


@test("a sound in a MIDI file is renamed in it")
def _(room):
    path, all_ = make_bank(room)
    equal(room.sxlib("convert", path, "rom.mid").status, 0, "convert")
    run = room.sxlib("rename", "rom.mid:32", "LAST", "-o", "new.mid")
    equal(run.status, 0, run.err)
    renamed = voices.bank(all_[:31] + [all_[31][:118] + b"LAST      "])
    equal(room.read("new.mid"), room.read("rom.mid").replace(
        room.read("rom.syx")[1:], renamed[1:]), "the file")


# What a file holds besides the bank: other banks, or no sounds.
PARTS = {
    "kawai-k1-bank+singles.syx": ["#3-#34", "#35-#66"],
    "waldorf-microwave1-cards.syx": ["#1-#64", "#66-#129"],
    "roland-u220-factory.syx": ["11-88"],
    "korg-m1-factory.mid": ["#1-#100", "#101-#200"],
}


@test("a bank of all its own sounds is the same, byte for byte")
def _(room):
    if not os.path.isdir(h.DUMPS):
        raise h.no_dumps("real dumps")
    n = whole = 0
    for name in sorted(os.listdir(h.DUMPS)):
        path = os.path.join(h.DUMPS, name)
        if name.endswith(".tsv") or not has_sounds(room, path):
            continue
        for which in PARTS.get(name, [None]):
            n += 1
            ref = path if which is None else path + ":" + which
            out = "out%d.syx" % n
            run = room.sxlib("join", "--bank", ref, "-o", out)
            if "missing" in run.err:
                continue  # a single of an instrument that has banks
            equal(run.status, 0, "%s: %s" % (ref, run.err))
            check(room.read(out) in original(room, path), ref + " differs")
            whole += room.read(out) == original(room, path)
    check(n > 30, "only %d banks" % n)
    check(whole > 25, "only %d of %d files are nothing but a bank" % (whole, n))


def has_sounds(room, path):
    return room.sxlib("join", "--bank", path, "-o", "-").err.find(
        "contains no sound") == -1


def original(room, path):
    """The SysEx of a file, in whose place its own bytes must stand."""
    if path.endswith(".mid"):
        room.sxlib("convert", path, "mid.syx")
        return room.read("mid.syx")
    with open(path, "rb") as file:
        return file.read()


if __name__ == "__main__":
    h.main()
