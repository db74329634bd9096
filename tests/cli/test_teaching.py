#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""devices add, devices.conf and ports.conf: the user's own knowledge."""
import os
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
    match("rescued.*jomox-mbrane-11-preset", run.err, "rescued")


@test("a bad row is said once with its line; the others and the program work")
def _(room):
    dump = room.write("x.syx", mbrane(room.random, 5))
    room.write(DEVICES, b"# mine\n[Bad]\nmask = F0 3\n\n[MBrane 11]\n"
               b"mask = F0 31 7F 61\nkind = preset\n[Worse]\nkind = what\n")
    for args in (("show", dump, dump), ("devices",), ("verify", dump),
                 ("send", "-p", "sim:alpha-base", "-q", dump)):
        run = room.sxlib(*args)
        equal(run.status, 0, "exit status of %s" % args[0])
        equal(run.err.count("devices.conf:3: mask = 'F0 3'"), 1, run.err)
        equal(run.err.count("devices.conf:"), 2, run.err)
    equal(facts_of(room, dump)[0]["device"], "MBrane 11", "the good row")
    check("devices.conf" not in room.sxlib("show", "--help").err, "--help")


@test("a devices.conf that cannot be read is said, and stops nothing")
def _(room):
    dump = room.write("x.syx", mbrane(room.random, 5))
    os.makedirs(room.path(DEVICES))
    run = room.sxlib("show", dump)
    equal(run.status, 0, "exit status")
    match("sxlib: show: .*devices.conf' is no file", run.err, "stderr")
    equal(room.sxlib("show", dump, env={"XDG_CONFIG_HOME": "", "HOME": ""}).err,
          "", "no place for one")


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
                           (b"y\n", 0)):
        run, said = on_terminal(room, answer, "devices", "add", *files,
                                *MBRANE)
        equal(run.status, status, "after %r" % answer)
        equal(kept(room) is not None, status == 0, "kept after %r" % answer)
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
    match("the same mask.*devices.conf:9", run.err, "why")


@test("devices add: the mask has at most 8 bytes, and one dump is noted")
def _(room):
    one = dumps(room, 1)
    run = room.sxlib("devices", "add", *one, *MBRANE, "--yes")
    equal(run.status, 0, "exit status")
    data = open(one[0], "rb").read()
    check("mask = %s\n" % data[:8].hex(" ").upper() in kept(room), "8 bytes")
    match("with one dump there is nothing to compare", run.err, "the note")
    short = room.write("short.syx", b"\xf0\x7d\x01\xf7")
    equal(room.sxlib("devices", "add", short, "--device", "S", "--kind", "kit",
                     "--yes").status, 0, "a short message")
    check("mask = F0 7D 01\n" in kept(room), "without its F7")
    a = room.write("a.syx", b"\xf0\x7c\x01\xf7")
    b = room.write("b.syx", b"\xf0\x7c\x02\xf7")
    run = room.sxlib("devices", "add", a, b, "--device", "T", "--kind", "kit",
                     "--yes")
    match("nothing in common but the ID", run.err, "the note")
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
    match("offsets 3, 5: which one", run.err, "ambiguous")
    run = add(files, 4, 10)
    equal((run.status, kept(room)), (1, None), "one less")
    match("offset 6 holds one less", run.err, "one less")
    for slots in ((3,), (3, 3), (3, 9, 1), (3, 128), (3, -1), (3, "x")):
        equal(add(files, *slots).status, 2, "--slot %r" % (slots,))
    run = add(files, 20, 50)
    equal(run.status, 0, "no such byte")
    match("the row says no slot", run.err, "no such byte")
    check("slot" not in kept(room), "no slot")


@test("devices add refuses what it cannot learn from")
def _(room):
    good = dumps(room, 1)[0]
    rng = room.random
    bad = {
        "cut": (mbrane(rng, 1)[:-1], "is cut"),
        "stray": (b"\x00\x01" + mbrane(rng, 1), "belong to no message"),
        "empty": (b"", "no SysEx"),
        "none": (b"\xf0\xf7", "without the ID"),
        "other": (b"\xf0\x43\x01\x02\xf7", "of different makers"),
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
    match(r"note: '.*md\.syx' is known already: Elektron, Machinedrum, "
          r"pattern B02", run.err, "a known format, and a longer row")
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
    match(r"^- +gone +no such one, not here now +gone$", rows["gone"], "gone")
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
    for line, why in ((1, "a name is made"), (3, r"\[c\] has no port"),
                      (6, r"\[D\] is there already"), (10, "no key 'speed'")):
        match(r"sxlib: receive: .*/ports\.conf:%d: %s" % (line, why), run.err,
              "line %d" % line)


if __name__ == "__main__":
    h.main()
