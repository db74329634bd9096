#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""devices add, devices.conf and ports.conf: the user's own knowledge."""
import os
import re
import stat

import harness as h
from harness import check, equal, match, test

DEVICES = ".config/sxlib/devices.conf"
PORTS = ".config/sxlib/ports.conf"
MBRANE = ("--device", "MBrane 11", "--kind", "preset")


def mbrane(rng, slot, size=60, product=0x61):
    """A preset of a made-up device; its slot is at offset 6."""
    return bytes([0xF0, 0x31, 0x7F, product, 0x05, 0x55, slot]) \
        + bytes(rng.randrange(100, 128) for _ in range(size)) + b"\xf7"


def dumps(room, *slots, **more):
    """A file for each slot."""
    return [room.write("slot%d.syx" % s, mbrane(room.random, s, **more))
            for s in slots]


def facts_of(room, *args, **more):
    run = room.sxlib("show", "--json", *args, **more)
    equal(run.status, 0, "exit status of show")
    return run.json


def kept(room):
    return room.read(DEVICES).decode() if os.path.exists(
        room.path(DEVICES)) else None


@test("devices add: mask, slot, delay and rate, and what becomes of them")
def _(room):
    files = dumps(room, 3, 9, 12)
    slots = [a for s in (3, 9, 12) for a in ("--slot", str(s))]
    before = facts_of(room, files[0])[0]
    equal((before["device"], before["trust"]), ("product 61", "inferred"),
          "before")
    run = room.sxlib("devices", "add", *files, *MBRANE, *slots, "--delay",
                     "300", "--rate", "1000", "--yes")
    equal((run.status, run.lines), (0, [room.path(DEVICES)]), "devices add")
    equal(kept(room), "[MBrane 11]\nmaker = Jomox\nmask = F0 31 7F 61 05 55\n"
          "kind = preset\nslot = 6\ndelay = 300\nrate = 1000\n", "the row")
    match(r"mask = F0 31 7F 61 05 55", run.err, "it is shown")
    match(r"slot9\.syx: Jomox, MBrane 11, preset 9, ", run.err, "preview")
    for obj, slot in zip(facts_of(room, *files), (3, 9, 12)):
        h.facts(obj)
        equal((obj["maker"], obj["device"], obj["kind"], obj["slot"],
               obj["trust"], obj["checksum"]),
              ("Jomox", "MBrane 11", "preset", slot, "user", "unknown"),
              "show")
    other = room.write("other.syx", mbrane(room.random, 4, product=0x62))
    equal(facts_of(room, other)[0]["device"], "product 62", "another device")


@test("what was taught: receive names and facts, send pace, devices")
def _(room):
    dump = mbrane(room.random, 7, size=41)
    room.write(DEVICES, b"[MBrane 11]\nmask = F0 31 7F 61\nkind = preset\n"
               b"slot = 6\ndelay = 400\nrate = 500\n")
    run = h.receive_stdin(room, dump, "--json")
    equal(run.status, 0, "receive")
    obj = run.json[0]
    match(r"out/%s-jomox-mbrane-11-preset7\.syx$" % h.NAME_TIME, obj["file"],
          "name")
    equal((obj["device"], obj["slot"], obj["trust"]), ("MBrane 11", 7, "user"),
          "facts")
    equal(h.content(obj["file"], room), dump, "content")
    run = room.sxlib("send", "-p", "sim:alpha-base", "--dry-run",
                     obj["file"])
    match(r"1 message, 49 bytes would take 0\.498 s", run.err, "the pace")
    row = room.sxlib("devices", "--json").json[0]
    equal((row["device"], row["maker_id"], row["kinds"], row["trust"],
           row["seen"], row["delay_ms"], row["rate"], row["source"]),
          ("MBrane 11", "31", "preset", "user", False, 400, 500,
           room.path(DEVICES) + ":1"), "devices")
    match(r"^Viscount +31 +MBrane 11 +preset", room.sxlib("devices").lines[1],
          "the table")
    equal(room.sxlib("verify", obj["file"]).status, 0, "verify")


@test("a part of an earlier run is rescued under the name that was taught")
def _(room):
    room.write(DEVICES, b"[MBrane 11]\nmask = F0 31 7F 61\nkind = preset\n")
    room.write("out/20260101T000000.000Z-99.part",
               mbrane(room.random, 1) + mbrane(room.random, 2))
    run = h.receive_stdin(room, b"")
    match("recovered.*jomox-mbrane-11-preset", run.err, "rescued")


@test("a bad row is said once with its line; the others and the program work")
def _(room):
    dump = room.write("x.syx", mbrane(room.random, 5))
    room.write(DEVICES, b"# mine\n[Bad]\nmask = F0 3\n\n[MBrane 11]\n"
               b"mask = F0 31 7F 61\nkind = preset\n[Worse]\nkind = what\n")
    for args in (("show", dump, dump), ("devices",), ("verify", dump),
                 ("send", "-p", "sim:alpha-base", "-q", dump)):
        run = room.sxlib(*args)
        equal(run.status, 0, "exit status of %s" % args[0])
        equal(run.err.count("devices.conf:3: mask: 'F0 3'"), 1, run.err)
        equal(run.err.count("devices.conf:"), 2, run.err)
    equal(facts_of(room, dump)[0]["device"], "MBrane 11", "the good row")
    check("devices.conf" not in room.sxlib("show", "--help").err, "--help")


@test("a devices.conf that cannot be read is said, and stops nothing")
def _(room):
    dump = room.write("x.syx", mbrane(room.random, 5))
    os.makedirs(room.path(DEVICES))
    run = room.sxlib("show", dump)
    equal(run.status, 0, "exit status")
    match("sxlib: show: .*devices.conf' is a folder, not a file", run.err, "stderr")
    equal(room.sxlib("show", dump, env={"XDG_CONFIG_HOME": "", "HOME": ""}).err,
          "", "cannot locate one")


@test("any bytes as devices.conf and ports.conf")
def _(room):
    dump = room.write("x.syx", mbrane(room.random, 5))
    rng = room.random
    for i in range(60):
        data = bytes(rng.choice(b"[]=#\n\r mask F031?\x00\x80\xff")
                     if i % 2 else rng.randrange(256)
                     for _ in range(rng.randrange(400)))
        room.write(DEVICES, data)
        room.write(PORTS, data)
        for args in (("show", dump), ("ports",),
                     ("send", "--dry-run", "-p", "x", dump)):
            run = room.sxlib(*args)
            equal(run.status, 0, "exit status with %r" % data)
            check(all(c >= " " or c == "\n" for c in run.err),
                  "stderr is safe for a terminal")


@test("devices add: nothing to ask on, nothing is kept")
def _(room):
    files = dumps(room, 1, 2)
    run = room.sxlib("devices", "add", *files, *MBRANE)
    equal((run.status, run.out, kept(room)), (2, b"", None), "without --yes")
    match("--yes", run.err, "what to do")
    match("mask = F0 31 7F 61 05 55\n", run.err, "it is shown")


def on_terminal(room, answer, *args):
    """Run sxlib with a terminal as stdin and stderr, and answer."""
    primary, secondary = os.openpty()
    run = room.run(*args, stdin=secondary, stderr=secondary)
    os.close(secondary)
    said = b""
    while b"[y/N]" not in said:
        said += os.read(primary, 4096)
    os.write(primary, answer)
    run.end()
    os.close(primary)
    return run, said.decode()


@test("devices add on a terminal asks, and does as it is told")
def _(room):
    files = dumps(room, 1, 2)
    for answer, status in ((b"n\n", 1), (b"\n", 1), (b"\x04", 1),
                           (b"y\n", 0), (b"Y\n", 0)):
        run, said = on_terminal(room, answer, "devices", "add", *files,
                                *MBRANE)
        equal(run.status, status, "after %r" % answer)
        equal(kept(room) is not None, status == 0, "kept after %r" % answer)
        if status == 0:
            os.unlink(room.path(DEVICES))
        match("mask = F0 31 7F 61 05 55\r\n", said, "shown")
        match("MBrane 11, preset, 68 bytes", said, "preview")


@test("devices add: nothing of the user's file is lost")
def _(room):
    mine = b"# my notes\n\n[Old]\nmask = F0 7D 01\n\n[broken\n; end, no newline"
    path = room.write(DEVICES, mine)
    os.chmod(path, 0o640)
    files = dumps(room, 1, 2)
    run = room.sxlib("devices", "add", *files, *MBRANE, "--yes")
    equal(run.status, 0, "exit status")
    after = room.read(DEVICES)
    check(after.startswith(mine + b"\n\n[MBrane 11]\n"), "the user's text")
    equal(stat.S_IMODE(os.stat(path).st_mode), 0o640, "mode")
    equal(os.listdir(os.path.dirname(path)), ["devices.conf"], "files")
    run = room.sxlib("devices", "add", *files, *MBRANE, "--yes")
    equal((run.status, room.read(DEVICES)), (1, after), "a second time")
    match("mask: same as that of MBrane 11 .*devices.conf:9", run.err, "why")


@test("devices add: the mask has at most 8 bytes, and one dump is noted")
def _(room):
    one = dumps(room, 1)
    run = room.sxlib("devices", "add", *one, *MBRANE, "--yes")
    equal(run.status, 0, "exit status")
    data = open(one[0], "rb").read()
    check("mask = %s\n" % data[:8].hex(" ").upper() in kept(room), "8 bytes")
    match("a single dump cannot be compared", run.err, "the note")
    short = room.write("short.syx", b"\xf0\x7d\x01\xf7")
    equal(room.sxlib("devices", "add", short, "--device", "S", "--kind", "kit",
                     "--yes").status, 0, "a short message")
    check("mask = F0 7D 01\n" in kept(room), "without its F7")
    a = room.write("a.syx", b"\xf0\x7c\x01\xf7")
    b = room.write("b.syx", b"\xf0\x7c\x02\xf7")
    run = room.sxlib("devices", "add", a, b, "--device", "T", "--kind", "kit",
                     "--yes")
    match("only the maker ID in common", run.err, "the note")
    check("mask = F0 7C\n" in kept(room), "the ID alone")


@test("devices add: slots that are ambiguous, absent or counted from 1")
def _(room):
    files = dumps(room, 3, 9)
    two = [room.write("two%d.syx" % s, b"\xf0\x7d\x01" + bytes([s, 0, s])
                      + b"\xf7") for s in (3, 9)]

    def add(paths, *slots):
        args = [a for s in slots for a in ("--slot", str(s))]
        return room.sxlib("devices", "add", *paths, *MBRANE, *args, "--yes")

    run = add(two, 3, 9)
    equal((run.status, kept(room)), (1, None), "ambiguous")
    match("ambiguous: 2 places match, at offsets 3, 5", run.err, "ambiguous")
    equal(add(files, 4, 10).status, 0, "one less")
    check("slot = 6\nshown = 1-128\n" in kept(room), "one less: the row")
    equal([o["slot_text"] for o in facts_of(room, *files)], ["4", "10"],
          "one less: show")
    os.unlink(room.path(DEVICES))
    for slots in ((3,), (3, 3), (3, 9, 1), (3, 16384), (3, -1), (3, "x")):
        equal(add(files, *slots).status, 2, "--slot %r" % (slots,))
    run = add(files, 20, 50)
    equal(run.status, 0, "no such byte")
    match("the row has no slot", run.err, "no such byte")
    check("slot" not in kept(room), "no slot")


@test("devices add: slots above 127 are in two bytes, in either order")
def _(room):
    for order, bytes_of, row in (
            ("low first", lambda s: bytes([s & 127, s >> 7]), "slot = 7 6"),
            ("high first", lambda s: bytes([s >> 7, s & 127]), "slot = 6 7")):
        files = [room.write("%s-%d.syx" % (order, s),
                            b"\xf0\x7d\x01\x02\x03\x78" + bytes_of(s)
                            + b"\x05\x05\x05\xf7") for s in (2, 130, 500)]
        run = room.sxlib("devices", "add", *files[:2], *MBRANE, "--slot", "2",
                         "--slot", "130", "--yes")
        equal(run.status, 0, order + ": " + run.err)
        match("^%s$" % row, kept(room), order, re.M)
        equal([o["slot"] for o in facts_of(room, *files)], [2, 130, 500],
              order)
        os.unlink(room.path(DEVICES))
    low = [room.write("s%d.syx" % s, b"\xf0\x7d\x01" + bytes([s, 0, 9])
                      + b"\xf7") for s in (2, 3)]
    run = room.sxlib("devices", "add", *low, *MBRANE, "--slot", "2", "--slot",
                     "3", "--yes")
    match("offset 4 is 00 in all dumps: if there are slots above 127",
          run.err, "the note")


@test("devices add: banks, other bases, and the digits that the display has")
def _(room):
    head = b"\xf0\x7d\x01\x02\x03"
    cases = (
        # what is typed: the bytes that hold it; then the keys of the row
        ({"101": b"\1\1", "217": b"\2\21", "5": b"\0\5"},
         "slot = 5 6 x100"),
        ({"101": b"\1\1", "117": b"\1\21"}, "slot = 5 6 x100"),
        ({"101": b"\0\1", "217": b"\21\2", "1": b"\0\0"}, None),
        ({"101": b"\0\1", "217": b"\20\2", "1": b"\0\0"},
         "slot = 6 5 x100\nshown = 1-12800"),
        ({"3": b"\x43\0", "17": b"\x51\0"}, "slot = 5 from 64"),
        ({"4": b"\x43\0", "18": b"\x51\0"},
         "slot = 5 from 64\nshown = 1-64"),
        ({"130": b"\x41\x1e", "17": b"\x40\x11"}, "slot = 5 6 x100 from 64"),
        ({"001": b"\0\0", "064": b"\x3f\0"}, "slot = 5\nshown = 001-128"),
        ({"00": b"\0\0", "63": b"\x3f\0"}, "slot = 5\nshown = 00-99"),
        ({"129": b"\0\1", "1": b"\0\0", "130": b"\1\1"},
         "slot = 6 5\nshown = 1-16384"),
        ({"200": b"\0\0", "231": b"\x1f\0"}, "slot = 5\nshown = 200-327"),
        ({"A01": b"\0\0", "B07": b"\x16\0", "H16": b"\x7f\0"},
         "slot = 5\nshown = A01-H16"),
        ({"A1": b"\0\0", "C8": b"\2\7"}, "slot = 5 6\nshown = A1-Z128"),
        ({"A01": b"\0\0", "C18": b"\2\21"},
         "slot = 5 6 x99\nshown = A01-Z99"),
        ({"b00": b"\1\0", "C18": b"\2\22"},
         "slot = 5 6 x100\nshown = A00-Z99"),
    )
    for dumps_of, want in cases:
        files = [room.write("%s.syx" % typed, head + data + b"\x70\x71\xf7")
                 for typed, data in dumps_of.items()]
        args = [a for typed in dumps_of for a in ("--slot", typed)]
        run = room.sxlib("devices", "add", *files, *MBRANE, *args, "--yes")
        equal(run.status, 0, "%s: %s" % (list(dumps_of), run.err))
        found = re.search(r"kind = preset\n(.+)\n", kept(room), re.S)
        equal(found and found[1], want, str(list(dumps_of)))
        os.unlink(room.path(DEVICES))
        if want is None:
            continue
        room.write(DEVICES, b"")
        equal(room.sxlib("devices", "add", *files, *MBRANE, *args,
                         "--yes").status, 0, "again")
        for typed, obj in zip(dumps_of, facts_of(room, *files)):
            equal(obj["slot_text"] or str(obj["slot"]), typed.upper(), "show")
        os.unlink(room.path(DEVICES))


def packed(data, code):
    """Bytes of 8 bits in bytes of 7, by the words of docs/instruments.md."""
    out = bytearray()
    if code in ("8in7", "8in7-low"):
        for i in range(0, len(data), 7):
            group = data[i:i + 7]
            out.append(sum((b >> 7) << (6 - k if code == "8in7" else k)
                           for k, b in enumerate(group)))
            out += bytes(b & 127 for b in group)
    elif code == "stream":
        bits = "".join("{:08b}".format(b)[::-1] for b in data)
        bits += "0" * (-len(bits) % 7)
        out += bytes(int(bits[i:i + 7][::-1], 2)
                     for i in range(0, len(bits), 7))
    else:
        for b in data:
            out += bytes({"nibbles": (b & 15, b >> 4),
                          "nibbles-high": (b >> 4, b & 15),
                          "pairs": (b & 127, b >> 7),
                          "every 2": (b & 127, 0x55),
                          "every 4": (b & 127, 1, 2, 3),
                          "plain": (b & 127,)}[code])
    return bytes(out)


@test("devices add --name: plain, and packed by every code")
def _(room):
    rng = room.random
    for code in ("plain", "8in7", "8in7-low", "nibbles", "nibbles-high",
                 "pairs", "stream", "every 2", "every 4"):
        for typed in (["BRASS 1", "Slow Strings"], ["BRASS 1"]):
            files = []
            for slot, name in enumerate(["BRASS 1", "Slow Strings"]):
                body = bytes(rng.randrange(128, 256) for _ in range(23)) \
                    + name.encode().ljust(12) \
                    + bytes(rng.randrange(128, 256) for _ in range(30))
                files.append(room.write(
                    "n%d.syx" % slot, b"\xf0\x7d\x01\x02" + bytes([slot])
                    + packed(body, code) + b"\xf7"))
            args = [a for n in typed for a in ("--name", n)]
            run = room.sxlib("devices", "add", *files, *MBRANE, "--slot", "0",
                             "--slot", "1", *args, "--yes")
            equal(run.status, 0, "%s: %s" % (code, run.err))
            equal([o["name"] for o in facts_of(room, *files)],
                  ["BRASS 1", "Slow Strings"], code + "\n" + kept(room))
            row = kept(room)
            if code == "plain":
                check("name = 28 12\n" in row and "data" not in row, row)
            elif code.startswith("every"):
                check(row.rstrip().endswith(" 12 " + code), row)
            else:
                check("data = %s 5..-1\nname = data 23 12\n" % code in row,
                      code + "\n" + row)
            os.unlink(room.path(DEVICES))


@test("devices add --name: ambiguous, absent, too many, and in no mask")
def _(room):
    def add(files, *names):
        args = [a for n in names for a in ("--name", n)]
        return room.sxlib("devices", "add", *files, *MBRANE, *args, "--yes")

    twice = room.write("twice.syx", b"\xf0\x7d\x01PIANO   xxPIANO   \xf7")
    run = add([twice], "PIANO")
    equal((run.status, kept(room)), (1, None), "twice")
    match("2 places match, at offsets 3, 13", run.err,
          "the places")
    equal(add([twice], "PIANO", "BRASS").status, 2, "two for one")
    equal(add([twice], "").status, 2, "empty")
    equal(add([twice], "x" * 64).status, 2, "too long")
    once = room.write("once.syx", b"\xf0\x7d\x01\x02PIANO\0\0\0\x01\xf7")
    run = add([once], "PIANO")
    equal(run.status, 0, run.err)
    check("mask = F0 7D 01 02\n" in kept(room), "the name is in no mask")
    equal(facts_of(room, once)[0]["name"], "PIANO", "show")
    os.unlink(room.path(DEVICES))
    run = add([once], "ORGAN")
    equal(run.status, 0, run.err)
    match("the row has no name", run.err, "absent")
    check("name" not in kept(room), "absent")


@test("devices add refuses what it cannot learn from")
def _(room):
    good = dumps(room, 1)[0]
    rng = room.random
    bad = {
        "cut": (mbrane(rng, 1)[:-1], "damaged message: end of input"),
        "stray": (b"\x00\x01" + mbrane(rng, 1), "outside any message"),
        "empty": (b"", "no SysEx"),
        "none": (b"\xf0\xf7", "without a maker ID"),
        "other": (b"\xf0\x43\x01\x02\xf7", "from different makers"),
        "os": (bytes.fromhex("f0317f5d10550000771234f7"), "operating system"),
    }
    for name, (data, why) in bad.items():
        run = room.sxlib("devices", "add", good, room.write(name, data),
                         *MBRANE, "--yes")
        equal((run.status, kept(room)), (1, None), name)
        match(why, run.err, name)
    known = room.write("md.syx", h.md_pattern(rng, 17))
    other = room.write("md2.syx", h.md_kit(rng, 1, b"K"))
    run = room.sxlib("devices", "add", known, other, *MBRANE, "--yes")
    equal((run.status, kept(room)), (1, None), "a known format")
    match("would still be: Elektron, Machinedrum", run.err, "a known format")
    run = room.sxlib("devices", "add", known, *MBRANE)
    match(r"note: '.*md\.syx' is already known: Elektron, Machinedrum, "
          r"pattern B02", run.err, "a known format, and a longer row")
    for bank, known in (b"\0", True), (b"\2", False): # D is only inferred
        run = room.sxlib("devices", "add", room.write(
            "k5000.syx", b"\xf0\x40\0\x21\0\x0a\0" + bank + b"\1\xf7"),
            *MBRANE)
        equal("is already known" in run.err, known, "a K5000's bank")
    equal(room.sxlib("devices", "add", room.path("none.syx"), *MBRANE,
                     "--yes").status, 1, "no such file")
    for name in ("", "(x)", "a\nb", "a ", " a", "\x1b[1m", "x" * 64):
        run = room.sxlib("devices", "add", good, "--device", name, "--kind",
                         "kit", "--yes")
        check(run.status in (1, 2), "device %r" % name)
        equal(kept(room), None, "device %r" % name)


@test("devices: usage")
def _(room):
    good = dumps(room, 1)[0]
    for args in (("add",), ("add", good), ("add", good, "--device", "x"),
                 ("add", good, "--kind", "kit"), ("add", *MBRANE),
                 ("add", good, "--device", "x", "--kind", "thing"),
                 ("add", good, *MBRANE, "--delay", "-1"),
                 ("add", good, *MBRANE, "--rate", "0"),
                 ("remove",), ("--yes",), MBRANE):
        run = room.sxlib("devices", *args)
        equal((run.status, run.out, kept(room)), (2, b"", None), str(args))


@test("devices add: names and slots that cannot be are called by their fault")
def _(room):
    path = room.write("a.syx", b"\xf0\x7d\x44\x01\x05\xf7")
    for args, why in (
            (("--device", ""), "expected a name of 1 to 63 bytes"),
            (("--device", "(x)"), r"leading '\('"),
            (("--device", " x"), "trailing blanks"),
            (("--device", "x", "--slot", "Z"), "--slot 'Z': expected a number up to"),
            (("--device", "x", "--slot", "BB1"), "--slot 'BB1': expected a number"),
            (("--device", "x", "--slot", "B99999"), "--slot 'B99999': expected a num"),
            (("--device", "x", "--slot", "-1"), "--slot '-1': expected a number"),
            (("--device", "x", "--slot", ""), "--slot '': expected a number")):
        run = room.sxlib("devices", "add", path, "--kind", "preset", "-y",
                         *args)
        equal((run.status, run.out), (2, b""), str(args))
        match(why, run.err, str(args))


@test("devices add --json says the row")
def _(room):
    run = room.sxlib("devices", "add", *dumps(room, 1, 2), *MBRANE, "--yes",
                     "-j")
    equal(run.status, 0, "exit status")
    row = room.sxlib("devices", "-j").json[0]
    row["source"] = room.path(DEVICES)  # before there was a line
    equal(run.json, [row], "the row")


@test("devices add: dumps of several messages, and of a .mid")
def _(room):
    rng = room.random
    files = [room.write("b%d.syx" % i, mbrane(rng, 2 * i)
                        + mbrane(rng, 2 * i + 1)) for i in (1, 2)]
    files.append(room.write("b.mid", h.smf(
        h.sysex_event(0, mbrane(rng, 70)) + h.END)))
    run = room.sxlib("devices", "add", *files, *MBRANE, "--yes")
    equal(run.status, 0, "exit status")
    check("mask = F0 31 7F 61 05 55\n" in kept(room), "mask")
    equal([o["device"] for o in facts_of(room, *files)], ["MBrane 11"] * 5,
          "all of them")


@test("ports.conf: a name beats the search, and sets the pace")
def _(room):
    room.write(PORTS, b"[mbrane]\nport = sim:alpha-base\ndelay = 250\n"
               b"[slow]\nport = sim:alpha-base\nrate = 100\ndevice = K4\n"
               b"[quick]\nport = sim:alpha-base\nrate = max\ndelay = 0\n")
    dump = room.write("x.syx", b"\xf0\x7d" + bytes(97) + b"\xf7")
    jomox = room.write("j.syx", mbrane(room.random, 1, size=92))

    def seconds(port, *args):
        run = room.sxlib("send", "--port", port, "--dry-run", *args)
        equal(run.status, 0, "exit status")
        return float(h.re.search(r"would take ([\d.]+) s", run.err)[1])

    equal(seconds("mbrane", dump), 0.282, "its delay")
    equal(seconds("MBRANE", jomox), 0.282, "it wins over the device's")
    equal(seconds("slow", dump), 1.2, "its rate, the delay of its K4")
    equal(seconds("slow", jomox), 1.2, "Jomox wants 200 ms as well")
    equal(seconds("quick", dump), 0.0, "max")
    equal(seconds("mbrane", "--delay", "10", "--rate", "1000", dump), 0.11,
          "the options win")
    run = room.sxlib("send", "-p", "quick", dump)
    equal(run.status, 0, "send")
    run = room.sxlib("receive", "-p", "mbrane", "-n", "1", "-o", "out/")
    equal(run.status, 0, "receive")
    match("listening on sim:alpha-base", run.err, "the port")
    run = room.sxlib("receive", "-n", "1", "-o", "out/",
                     env={"SXLIB_PORT": "mbrane"})
    equal(run.status, 0, "SXLIB_PORT")
    equal(room.sxlib("send", "-p", "mbran", dump).status, 4, "no name")


@test("ports shows the names, and column 2 is what --port takes")
def _(room):
    room.write(PORTS, b"[synth]\nport = sim:alpha-base\n"
               b"[pi]\nport = tty:/dev/null@31250\n[also]\n"
               b"port = sim:alpha-base\n[gone]\nport = no such one\n")
    run = room.sxlib("ports", "--all")
    equal(run.status, 0, "exit status")
    rows = {line.split()[1]: line for line in run.lines[1:]}
    match(r"  synth, also$", rows["sim:alpha-base"], "two names")
    match(r"^IO +tty:/dev/null@31250 +pi$", rows["tty:/dev/null@31250"],
          "a serial line")
    match(r"^- +gone +no such one, not connected +gone$", rows["gone"], "gone")
    run = room.run("ports", "--watch", "--all", "--json")
    check(run.until(lambda: b'"called": ["synth", "also"]}\n' in run.out),
          "with --watch")
    run.stop()
    called = {o["port"]: o["called"]
              for o in room.sxlib("ports", "--all", "-j").json}
    equal((called["sim:alpha-base"], called["gone"]),
          (["synth", "also"], ["gone"]), "--json")
    text = room.sxlib("ports").out.decode()
    check("gone" not in text and "sim:" not in text, "without --all")
    room.write(PORTS, b"")
    check("Called" not in room.sxlib("ports", "--all").lines[0], "no names")


@test("ports.conf: errors with line numbers, the others work")
def _(room):
    room.write(PORTS, b"[a b]\nport = x\n[c]\n[d]\nport = sim:alpha-base\n"
               b"[D]\nport = y\n[e]\nport = x\nspeed = 1\n")
    run = room.sxlib("receive", "-p", "d", "-n", "1", "-o", "out/")
    equal(run.status, 0, "exit status")
    for line, why in ((1, "invalid port name"), (3, r"\[c\] has no port"),
                      (6, r"\[D\] already exists"), (10, "speed: unknown key")):
        match(r"sxlib: receive: .*/ports\.conf:%d: %s" % (line, why), run.err,
              "line %d" % line)


if __name__ == "__main__":
    h.main()
