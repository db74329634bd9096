#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""devices show and devices check, and the folders of pages."""
import glob
import os
import shutil
import subprocess

import harness as h
from harness import check, equal, match, test
from instrument import Instrument

PAGES = os.path.join(h.HERE, "../../src/instruments")
MINE = ".config/sxlib/instruments/"
SYNTH = b"""# My synth.
[My Synth]
mask  = F0 7D 01
alias = mys
trust = seen
name  = 6 8

[:preset]
match = @3 10
slot  = 4 5 x100
shown = 001-300
checksum = sum7 4..-2
example = F0 7D 01 10 01 05 42 52 41 53 53 20 31 20 72 F7 -> 106 "BRASS 1"
"""


def built_in(name):
    with open(os.path.join(PAGES, name), "rb") as file:
        return file.read()


def preset(slot, name=b"BRASS 1 "):
    body = bytes([slot // 100, slot % 100]) + name
    return b"\xf0\x7d\x01\x10" + body + bytes([sum(body) & 127]) + b"\xf7"


def device_of(room, path, **more):
    run = room.sxlib("show", "--json", path, **more)
    equal(run.status, 0, "show")
    return run.json[0]["device"], run.err


@test("pages of instruments/ work at once, beside devices.conf")
def _(room):
    dump = room.write("x.syx", preset(105))
    room.write(MINE + "my-synth.conf", SYNTH)
    room.write(".config/sxlib/devices.conf", b"[Other]\nmask = F0 7D 02\n")
    obj = room.sxlib("show", "--json", dump).json[0]
    equal((obj["device"], obj["kind"], obj["slot"], obj["slot_text"],
           obj["name"], obj["checksum"], obj["trust"]),
          ("My Synth", "preset", 105, "106", "BRASS 1", "ok", "user"), "show")
    rows = room.sxlib("devices", "--json").json
    equal([r["device"] for r in rows[:2]], ["Other", "My Synth"], "the order")
    equal(rows[1]["source"], room.path(MINE + "my-synth.conf") + ":2",
          "the source")


@test("XDG_CONFIG_HOME and XDG_CONFIG_DIRS: the user's before the system's")
def _(room):
    env = {"XDG_CONFIG_HOME": room.path("home"),
           "XDG_CONFIG_DIRS": "%s:relative:%s:%s" % (
               room.path("a"), room.path("none"), room.path("b"))}
    for path, name, mask in (
            ("home/sxlib/instruments/p10.conf", "Ten", "01"),
            ("home/sxlib/instruments/p9.conf", "Nine", "02"),
            ("a/sxlib/instruments/p9.conf", "Hidden by p9", "03"),
            ("a/sxlib/instruments/q.conf", "Of the system", "04"),
            ("b/sxlib/instruments/q.conf", "Hidden by q", "05"),
            ("b/sxlib/instruments/r.conf", "Last", "06"),
            ("b/sxlib/instruments/.r.conf", "Hidden", "07"),
            ("b/sxlib/instruments/r.conf~", "Old", "08"),
            ("relative/sxlib/instruments/s.conf", "Relative", "09")):
        room.write(path, ("[%s]\nmask = F0 7D %s\n" % (name, mask)).encode())
    run = room.sxlib("devices", "--json", env=env)
    equal(run.status, 0, run.err)
    equal(run.err, "", "stderr")
    equal([r["device"] for r in run.json if r["trust"] == "user"],
          ["Nine", "Ten", "Of the system", "Last"], "read, in order")


@test("a broken page is reported with its line and left out; others hold")
def _(room):
    dump = room.write("x.syx", preset(105))
    room.write(MINE + "a.conf", b"[Broken]\nmask = F0 7D 01\n\n[:preset]\n"
               b"slot = here\n\n[Fine]\nmask = F0 7D 02\n")
    room.write(MINE + "b.conf", SYNTH)
    os.makedirs(room.path(MINE + "c.conf"))
    device, err = device_of(room, dump)
    equal(device, "My Synth", "the good page")
    match(r"sxlib: show: .*/instruments/a\.conf:5: slot: 'here'", err, "a.conf")
    match(r"c\.conf' is a folder, not a file", err, "c.conf")
    equal(len(err.splitlines()), 2, err)
    rows = room.sxlib("devices", "--json").json
    equal([r["device"] for r in rows if r["trust"] == "user"],
          ["Fine", "My Synth"], "what holds")


@test("a page that is a link to nowhere is reported")
def _(room):
    dump = room.write("x.syx", preset(105))
    for name in (MINE + "gone.conf", ".config/sxlib/devices.conf"):
        room.write(MINE + "my-synth.conf", SYNTH)
        os.symlink("nowhere", room.path(name))
        device, err = device_of(room, dump)
        equal(device, "My Synth", name)
        match("^sxlib: show: cannot read '.*%s': No such file"
              % os.path.basename(name), err, name)
        os.unlink(room.path(name))


@test("a folder of pages that cannot be read is reported, and stops nothing")
def _(room):
    dump = room.write("x.syx", preset(105))
    room.write(".config/sxlib/devices.conf", SYNTH)
    os.symlink("instruments", room.path(".config/sxlib/instruments"))
    device, err = device_of(room, dump)
    equal(device, "My Synth", "devices.conf")
    match("cannot read folder '.*/instruments'", err, "the folder")


@test("devices show: a built-in page as it stands, by several names")
def _(room):
    for name in ("M1", "m1", "korg m1", "korg-m1", "korg-m1.conf"):
        run = room.sxlib("devices", "show", name)
        equal((run.status, run.out, run.err),
              (0, built_in("korg-m1.conf"), ""), name)
    for page in sorted(glob.glob(os.path.join(PAGES, "*.conf"))):
        name = os.path.basename(page)
        run = room.sxlib("devices", "show", name)
        equal((run.status, run.out), (0, built_in(name)), name)


@test("devices show: a copied program has its pages with it", alone=True)
def _(room):
    os.makedirs(room.path("alone"))
    shutil.copy(h.SXLIB, room.path("alone/sxlib"))
    done = subprocess.run([room.path("alone/sxlib"), "devices", "show", "M1"],
                          env={"PATH": "", "HOME": room.dir}, check=False,
                          stdout=subprocess.PIPE)
    equal((done.returncode, done.stdout), (0, built_in("korg-m1.conf")), "M1")


@test("devices show: the user's page wins; of devices.conf only its section")
def _(room):
    room.write(MINE + "my-synth.conf", SYNTH)
    conf = (b"# A\n[One]\nmask = F0 7D 02\n\n# of two\n# more\n[ Two ]\n"
            b"mask = F0 7D 03\n[:kit]\nslot = 4\n# at its end\n\n"
            b"; three\n[Three]\nmask = F0 7D 04")
    room.write(".config/sxlib/devices.conf", conf)
    for name, want in (
            ("My Synth", SYNTH), ("mys", SYNTH), ("my-synth.conf", SYNTH),
            ("One", b"# A\n[One]\nmask = F0 7D 02\n"),
            ("two", b"\n# of two\n# more\n[ Two ]\nmask = F0 7D 03\n[:kit]\n"
             b"slot = 4\n"),
            ("three", b"# at its end\n\n; three\n[Three]\nmask = F0 7D 04")):
        run = room.sxlib("devices", "show", name)
        equal((run.status, run.out, run.err), (0, want, ""), name)
    room.write(MINE + "m1.conf", b"[M1]\nmask = F0 42 30 19\n")
    equal(room.sxlib("devices", "show", "M1").out,
          b"[M1]\nmask = F0 42 30 19\n", "of the same name")


@test("devices show: ambiguous and unknown names, and usage")
def _(room):
    room.write(MINE + "two.conf", b"[Quux A]\nmask = F0 7D 02\n")
    room.write(MINE + "three.conf", b"[Quux B]\nmask = F0 7D 03\n")
    run = room.sxlib("devices", "show", "quux")
    equal((run.status, run.out), (2, b""), "ambiguous")
    match("'Quux B', 'Quux A'", run.err, "ambiguous")
    run = room.sxlib("devices", "show", "Machindrum")
    equal((run.status, run.out), (2, b""), "unknown")
    match("unknown instrument 'Machindrum'\ndid you mean 'Machinedrum'",
          run.err, "unknown")
    run = room.sxlib("devices", "show", "zzzzzzzzzz")
    equal(run.status, 2, "nothing near")
    match("`sxlib devices` lists all devices", run.err, "nothing near")
    for args in (("show",), ("show", "M1", "D-50"), ("show", ""),
                 ("show", "M1", "--yes"), ("check",)):
        run = room.sxlib("devices", *args)
        equal((run.status, run.out), (2, b""), str(args))


@test("request: the user's page says how, in its slots' own names")
def _(room):
    room.write(MINE + "p.conf", b"""[Y]
mask = F0 7D 01
unit = 3 0-15 usually 2
trust = documented
source = manual
[:preset]
match = @4 10
slot = 5 6 x100
shown = A00-B99
checksum = none
ask = F0 7D 01 nn 20 ss ss F7
""")
    dump = b"\xf0\x7d\x01\x02\x10\x01\x11\x33\xf7"
    unit = Instrument(room.pty(), lambda message: [dump])
    run = room.sxlib("request", "-p", unit.line.port, "-o", "out/", "-v",
                     "y", "preset", "B17")
    equal((run.status, unit.messages),
          (0, [b"\xf0\x7d\x01\x02\x20\x01\x11\xf7"]), "asked")
    match("requesting preset B17", run.err, "which")
    check("inferred" not in run.err, "no guess: " + run.err)
    match(r"-y-presetB17\.syx$", run.lines[0], "name")
    equal(room.sxlib("list", "--json", "out/").json[0]["slot_text"], "B17",
          "show")
    sent = room.sxlib("send", "-p", "-", "--to", "A09",
                      room.write("y.syx", dump))
    match("preset B17 -> A09", sent.err, "send --to")
    equal(sent.out, dump[:5] + b"\x00\x09" + dump[7:], "sent")


@test("a page that wins over a built-in one leaves it what it does not know")
def _(room):
    room.write(MINE + "m1.conf",
               b"[Mine]\nmask = F0 42 3? 19\n[:song]\nmatch = @4 4C\n")
    for byte, device in ((b"\x4c", "Mine"), (b"\x50", "M1")):
        equal(device_of(room, room.write(
            "x.syx", b"\xf0\x42\x30\x19" + byte + b"\x00\xf7"))[0],
            device, byte.hex())


@test("devices show --json: one object with the facts of the page")
def _(room):
    room.write(MINE + "my-synth.conf", SYNTH)
    obj, = room.sxlib("devices", "show", "mys", "--json").json
    equal((obj["device"], obj["file"], obj["built_in"], obj["alias"],
           obj["mask"], obj["trust"]),
          ("My Synth", room.path(MINE + "my-synth.conf"), False, "mys",
           "F0 7D 01", "user"), "facts")
    equal(obj["messages"],
          [{"what": "preset", "kind": "preset", "has_slot": True,
            "has_name": True, "has_checksum": True, "sounds": 0,
            "can_be_requested": False, "trust": "user"}], "messages")
    obj, = room.sxlib("devices", "show", "M1", "--json").json
    equal((obj["file"], obj["built_in"], obj["maker"]),
          ("korg-m1.conf", True, "Korg"), "built in")
    row = next(r for r in room.sxlib("devices", "-j").json
               if r["device"] == "M1")
    equal({k: obj[k] for k in row}, row, "the keys of the list")


@test("devices check: examples that hold, and those that do not")
def _(room):
    page = room.write("p/synth.conf", SYNTH)
    run = room.sxlib("devices", "check", page)
    equal((run.status, run.lines, run.err),
          (0, ["%s: ok: 1 instrument, 1 example" % page], ""), "good")
    room.write("p/two.syx", preset(7, b"ORGAN   ") + preset(8, b"FLUTE   "))
    line = SYNTH.decode().count("\n") + 1
    for value, why in (
            ("two.syx -> 008", None), ('two.syx -> 009 "FLUTE"', None),
            ('two.syx -> slot 008 "ORGAN"', None), ('two.syx -> "FLUTE"', None),
            ("two.syx -> 010",
             "slot 008: expected slot 010"),
            ('two.syx -> 008 "FLUTE"', 'name "ORGAN": expected "FLUTE"'),
            ('two.syx -> sound 1 "A"', "0 sounds: expected a sound 1"),
            ("none.syx -> 008", "cannot open '.*none.syx': No such .*: "
             "expected bytes, or a file beside the page"),
            ("F0 7D 01 10 01 05 00 00 00 00 00 00 00 00 07 F7 -> 106",
             "its checksum is 07: expected [0-9A-F]{2} by `checksum`"),
            ("F0 7D 01 11 01 F7 -> 106", r"found another message of My Synth: expected \[:preset\]"),
            ("F0 42 30 19 F7 -> 1", r"found .*: expected \[:preset\] of My Synth"),
            ("F0 7D 01 10 01 05 -> 1", "a message is damaged: .*: expected whole ones"),
            ("two.syx", "does not have bytes or a file before a ' -> '"),
            ("two.syx -> ", "' -> '|does not say what to expect"),
            ("two.syx -> 008 x", "has trailing text"),
            ("two.syx -> sound x", "a sound without a number")):
        page = room.write("p/synth.conf",
                          SYNTH + b"example-2 = " + value.encode() + b"\n")
        run = room.sxlib("devices", "check", page)
        if why is None:
            equal((run.status, run.lines),
                  (0, ["%s: ok: 1 instrument, 2 examples" % page]), value)
            continue
        equal((run.status, len(run.lines)), (1, 1), value + "\n" + run.err)
        match(r"^%s:%d: example-2: .*(%s)" % (page, line, why), run.lines[0],
              value)


@test("devices check: sounds of banks")
def _(room):
    sounds = b"".join(n.ljust(10) for n in (b"ONE", b"TWO", b"THREE"))
    room.write("bank.syx", b"\xf0\x7d\x01\x20" + sounds + b"\xf7")
    page = b"""[S]
mask = F0 7D 01
[:bank]
match = @3 20
sounds = 3 of 10 from 4
sound-name = 0 10
example = bank.syx -> %s
"""
    for value, status, why in (
            (b'sound 1 "ONE", sound 3 "THREE"', 0, "ok: 1 instrument"),
            (b'sound 2 "ONE"', 1, 'sound 2 is "TWO": expected "ONE"'),
            (b'sound 4 "ONE"', 1, "3 sounds: expected a sound 4")):
        path = room.write("s.conf", page % value)
        run = room.sxlib("devices", "check", path)
        equal(run.status, status, value.decode())
        match(why, run.out.decode(), value.decode())


@test("devices check: a bank by address with gaps between its sounds")
def _(room):
    def part(at, data):
        return bytes([0xf0, 0x7d, 0x01, 0x12, at >> 7, at & 0x7f]) + data + \
            b"\x00\xf7"
    room.write("bank.syx", b"".join(
        part(256 + n * 16, b"SOUND %d " % n + b"1234") for n in range(3)))
    page = b"""[S]
mask = F0 7D 01
[:bank]
match = @3 12
memory = 3 of 16 at 02 00 place 4 2%s
sound-name = 0 8
sound-shown = A1-A3
example = bank.syx -> sound 1 "SOUND 0", sound 3 "SOUND 2"
"""
    for used, status, why in (
            (b" used 12", 0, "ok: 1 instrument, 1 example"),
            (b" trim 2 used 9", 0, "ok: 1 instrument"),
            (b"", 1, "0 sounds: expected a sound 1"),
            (b" used 13", 1, "0 sounds: expected a sound 1"),
            (b" used 17", 1, "'used'"), (b" used 0", 1, "'used'")):
        path = room.write("s.conf", page % used)
        run = room.sxlib("devices", "check", path)
        equal(run.status, status, used.decode())
        match(why, run.out.decode(), used.decode())


@test("devices check: what is left out is reported once, not its examples")
def _(room):
    page = room.write("m.conf", b"[M]\nmask = F0 7D 05\n[:thing]\n"
                      b"example = F0 7D 05 01 F7 -> \"A\"\n"
                      b"[N]\nmask = F0 7D 06\nslot = 3\n"
                      b"example = F0 7D 06 01 F7 -> 2\n")
    run = room.sxlib("devices", "check", page)
    equal(run.lines[1:],
          [page + ":8: example: slot 1: expected slot 2"], "N")
    match(r"m\.conf:3: \[:thing\]: not a kind: expected a key 'kind' with "
          "one of preset, pattern, ", run.lines[0], "M")


@test("devices check: the examples of each instrument of a page")
def _(room):
    page = room.write("m.conf", b"".join(
        b"[%c]\nmask = F0 7D 0%d\nslot = 3\n"
        b"example = F0 7D 0%d 01 F7 -> %d\n" % (65 + n, n, n, slot)
        for n, slot in enumerate((1, 2, 1))))
    run = room.sxlib("devices", "check", page)
    equal((run.status, run.lines),
          (1, [page + ":8: example: slot 1: expected slot 2"]), "B")


@test("devices check: broken pages, several files, --json")
def _(room):
    good = room.write("good.conf", SYNTH)
    bad = room.write("bad.conf", b"[A]\nmask = F0 3\n\n[B]\nmask = F0 7D 02\n"
                     b"[:kit]\nslot = x\n")
    twin = room.write("twin.conf", b"[T]\nmask = F0 7D 01\n")
    seen = room.write("seen.conf", b"[S]\nmask = F0 7D 05\ntrust = seen\n")
    empty = room.write("empty.conf", b"# nothing\n")
    like = room.write("like.conf", b"[L]\nmask = F0 7D 06\nlike = My Synth\n")
    none = room.path("none.conf")
    run = room.sxlib("devices", "check", good, bad, twin, seen, empty, like,
                     none)
    equal(run.status, 1, "exit status")
    for i, why in enumerate(("good.conf: ok", r"bad.conf:2: mask:",
                             "bad.conf:7: slot:", "twin.conf:1: mask: same as that of My Synth",
                             "seen.conf:3: trust: 'seen' without an example",
                             "empty.conf: no", "like.conf: ok",
                             "none.conf")):
        match(why, run.lines[i], why)
    equal(len(run.lines), 8, run.out.decode())
    objs = room.sxlib("devices", "check", good, bad, "--json").json
    equal([(o["file"], o["bad"]) for o in objs],
          [(good, False), (bad, True), (bad, True)], "--json")
    equal((objs[0]["instruments"], objs[0]["examples"]), (1, 1), "counted")
    match("bad.conf:2: mask", objs[1]["problem"], "--json")


@test("the examples of all built-in pages hold, and what is seen has one")
def _(room):
    pages = sorted(glob.glob(os.path.join(PAGES, "*.conf")))
    run = room.sxlib("devices", "check", *pages)
    equal([line for line in run.lines if ": ok: " not in line], [],
          "what is wrong")
    equal((run.status, len(run.lines)), (0, len(pages)), "pages")


if __name__ == "__main__":
    h.main()
