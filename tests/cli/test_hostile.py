#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Text and files made to do harm: nothing of them reaches a terminal or a file
name as it is, no link is written through, no size in a file is believed."""
import os
import re
import struct

import harness as h
from harness import Failure, check, equal, match, one_of, test

# What a message can carry: seven bits.
NAMES = [b"\x1b[2J\x07\x1b]0;x\x07", b"../../x", b"/etc/x", b"-rf *", b"CON",
         b"nul.syx", b"aux", b"COM1.x", b"a\0b", b"\r\nsxlib: x", b"\x7f\x08\x08",
         b"$(touch pwned)", b";touch pwned", b"...", b"C:\\x", b"\"';|&",
         b"x.part", b"y.damaged", b"\x0e\x0f%s%n%d", b"                "]
# What a text of a MIDI file or a name of a file can: anything.
TEXTS = NAMES + [b"\xc2\x9b2J", b"\x9b2J", b"\xff\xfe", b"\xed\xa0\x80",
                 b"\xc0\xaf\xc0\xae", b"\xf8\x88\x80\x80\x80", b"\xe2\x80",
                 b"x" * 70000]

SAFE = re.compile(r"^(?![-.])[A-Za-z0-9_.-]+$")
DOS = re.compile(r"^(con|prn|aux|nul|com[1-9]|lpt[1-9])(\.|$)", re.I)


def dx7(name):
    data = bytes(145) + name[:10].ljust(10)
    return b"\xf0\x43\x00\x00\x01\x1b" + data + bytes(
        [-sum(data) & 0x7f, 0xf7])


def kit(room, name):
    return h.md_kit(room.random, 3, name)


def harmless(run, what):
    """All that a terminal would get: UTF-8, and no control but the newline."""
    for stream in ("out", "err"):
        raw = bytes(run.raw[stream])
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as why:
            raise Failure("%s: %s: %s" % (what, stream, why)) from None
        bad = re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)
        check(not bad, "%s: %s has %r: %s" % (
            what, stream, bad and bad.group(), h.brief(raw)))


def below(room, run, top):
    """Every file that was made is below top, under a name for any disk."""
    found = set(room.files(top))
    for path in found:
        for part in path.split("/"):
            check(SAFE.match(part) and not DOS.match(part),
                  "not a safe name: %r" % path)
    equal({os.path.relpath(n, top) for n in run.lines}, found, "files made")
    equal(os.path.exists(room.path("pwned")), False, "ran what it was sent")


def readers(path, other):
    for command in ("show", "list", "verify", "duplicates"):
        yield command, path
        yield command, "-j", path
    yield "list", "--sounds", path
    yield "list", "--sounds", "-j", path
    yield "find", "--regex", ".", path
    yield "find", "--regex", "-j", ".", path
    yield "show", "--hex", path
    yield "diff", path, other
    yield "diff", "-j", path, other
    yield "send", "--dry-run", "--force", "-p", "sim:alpha-base", path


@test("names in dumps: every command that prints them")
def _(room):
    data = b"".join(kit(room, n) + dx7(n) for n in NAMES)
    path = room.write("x.syx", data)
    other = room.write("y.syx", data.replace(b"x", b"z"))
    for args in readers(path, other):
        run = room.sxlib(*args)
        one_of(run.status, (0, 1, 5), "exit status of %s" % (args,))
        harmless(run, args[0])
    for args in (["monitor"], ["monitor", "-j"], ["monitor", "--hex"]):
        run = room.sxlib(*args, "-p", "-", stdin=data)
        check(run.out, "%s prints nothing" % args)
        harmless(run, args[0])


@test("names in dumps: every command that makes files of them")
def _(room):
    data = b"".join(kit(room, n) + dx7(n) for n in NAMES)
    path = room.write("x.syx", data)
    for i, args in enumerate((
            ["receive", "-p", "-", "--name", "{name}"],
            ["receive", "-p", "-", "--name", "{name}/{name}{slot}"],
            ["receive", "-p", "-", "--name", "{name}", "--format", "mid"],
            ["receive", "-p", "-", "--name", "{name}", "-j"],
            ["split", path, "--name", "{name}"],
            ["split", path, "--name", "{name}/{name}"])):
        top = "out%d" % i
        run = room.sxlib(*args, "--split", "message", "--out", top + "/",
                         stdin=data)
        equal(run.status, 0, "exit status of %s: %s" % (args, run.err))
        harmless(run, args[0])
        if "-j" in args:
            equal(len(run.json), 2 * len(NAMES), "objects")
            continue
        equal(len(run.lines), 2 * len(NAMES), "files")
        below(room, run, top)
    run = room.sxlib("watch", "--out", "watched", "-p", "-", "--name",
                     "{name}", "--split", "message", stdin=data)
    equal(run.status, 0, "exit status")
    harmless(run, "watch")
    below(room, run, "watched")


@test("names in dumps: what a program of --exec is given")
def _(room):
    program = room.write("hook", b"""#!/bin/sh
env -0 | grep -z ^SXLIB_ >>env
printf 'END\\0' >>env
""")
    os.chmod(program, 0o755)
    names = [n for n in NAMES if re.search(rb"[!-~]", n)]
    run = room.sxlib("receive", "-p", "-", "-o", "out/", "--split", "message",
                     "--name", "{n:03}", "--exec", program,
                     stdin=b"".join(kit(room, n) for n in names),
                     env={"SXLIB_NAME_HEX": "stale"})
    equal(run.status, 0, "exit status")
    told = [dict(v.split(b"=", 1) for v in one.split(b"\0") if v)
            for one in room.read("env").split(b"END\0")[:-1]]
    equal(len(told), len(names), "runs")
    shown = room.sxlib("show", "-j", *sorted(run.lines)).json
    for env, obj, name in zip(told, shown, names):
        for key, value in env.items():
            check(not re.search(rb"[\x00-\x1f\x7f-\xff]", value),
                  "%s is %r" % (key, value))
        raw = obj["name"].encode()
        equal(bytes.fromhex(env[b"SXLIB_NAME_HEX"].decode()), raw,
              "SXLIB_NAME_HEX of %r" % name)
        equal(env[b"SXLIB_NAME"],
              re.sub(rb"[\x00-\x1f\x7f]", lambda m: b"\\x%02x" % m[0][0],
                     raw), "SXLIB_NAME of %r" % name)
    # One without a name has neither.
    os.unlink(room.path("env"))
    room.sxlib("receive", "-p", "-", "-o", "out/", "--exec", program,
               stdin=b"\xf0\x7d\x01\xf7", env={"SXLIB_NAME_HEX": "stale"})
    check(b"SXLIB_NAME" not in room.read("env"), "no name")


@test("texts in MIDI files")
def _(room):
    tracks = [h.meta(0, 3, t) + h.meta(0, 4, t) + h.meta(0, 1, t)
              + h.sysex_event(5, kit(room, t[:16].translate(
                  bytes(i & 0x7f for i in range(256))))) + h.END
              for t in TEXTS]
    path = room.write("x.mid", h.smf(*tracks))
    other = room.write("y.mid", h.smf(*tracks[:-1]))
    for args in readers(path, other):
        run = room.sxlib(*args)
        one_of(run.status, (0, 1, 5), "exit status of %s" % (args,))
        harmless(run, args[0])
    for target in ("z.syx", "z.hex", "z.mid"):
        run = room.sxlib("convert", path, target)
        equal(run.status, 0, "convert: " + run.err)
        harmless(run, "convert")
    run = room.sxlib("split", path, "--out", "out/")
    equal(run.status, 0, "split: " + run.err)
    harmless(run, "split")
    below(room, run, "out")


@test("JSON gives a text back as it was, and no control with it")
def _(room):
    text = "\x1b[2J\x9b2J\x7fé\u202e\"\\".encode()
    path = room.write("x.mid", h.smf(
        h.meta(0, 3, text) + h.sysex_event(0, dx7(b"x")) + h.END))
    os.rename(path, os.fsencode(room.path("")) + text + b".mid")
    run = room.sxlib("show", "-j", os.fsencode(room.path("")) + text + b".mid")
    harmless(run, "show -j")
    equal(os.path.basename(run.json[0]["file"]), text.decode() + ".mid",
          "the name of the file")


@test("names of files and folders")
def _(room):
    folder = os.fsencode(room.path("f"))
    os.mkdir(folder)
    names = [t[:200] for t in TEXTS if b"\0" not in t and b"/" not in t
             and t != b"..."]
    for name in names:
        with open(folder + b"/" + name + b".syx", "wb") as file:
            file.write(dx7(b"x") + b"\x01\x02")
    for args in readers("f", "f"):
        if args[0] == "send":
            continue
        run = room.sxlib(*args)
        check(len(run.out) + len(run.err) > 0, "%s says nothing" % args[0])
        harmless(run, args[0])
    for name in names:
        path = b"f/" + name + b".syx"
        run = room.sxlib("receive", "-p", "-", "-o", path, stdin=dx7(b"x"))
        equal(run.status, 1, "exit status")
        harmless(run, "receive")
        harmless(room.sxlib("send", "-p", "tty:" + room.path("no"), path),
                 "send")
        harmless(room.sxlib("show", b"no" + name), "show")
        harmless(room.sxlib("receive", "-p", name, "-t", "0.1"), "receive -p")
        harmless(room.sxlib("receive", "-p", b"tty:" + name), "receive -p")
        harmless(room.sxlib("receive", "-p", b"sim:" + name), "receive -p")


@test("a path on stdout: as it is for scripts, harmless on a terminal")
def _(room):
    folder = "\x1b[2Jx\xff"
    source = room.write("s.syx", dx7(b"x"))
    for i, args in enumerate((
            ["receive", "-p", "-", "--name", "x", "-o", folder + "%d/"],
            ["receive", "-p", "-", "-o", folder + "%d.syx"],
            ["record", "-p", "-", "-o", folder + "%d.mid"],
            ["split", source, "--name", "x", "-o", folder + "%d/"],
            ["join", source, "-o", folder + "%d.syx"],
            ["convert", source, folder + "%d.hex"])):
        out = args[-1] % (i * 2)
        run = room.sxlib(*args[:-1], out, stdin=dx7(b"x"))
        equal(run.status, 0, "exit status of %s: %s" % (args[0], run.err))
        equal(run.out.decode(), out + ("x.syx\n" if out[-1] == "/" else "\n"),
              "what %s says to a script" % args[0])
        keys, screen = os.openpty()
        run = room.sxlib(*args[:-1], args[-1] % (i * 2 + 1), stdin=dx7(b"x"),
                         stdout=screen)
        equal(run.status, 0, "exit status of %s: %s" % (args[0], run.err))
        text = os.read(keys, 65536)
        check(b"\x1b" not in text and rb"\x1b[2J" in text,
              "%s on a terminal: %r" % (args[0], text))
        os.close(keys)
        os.close(screen)


@test("the name of a file that does not come back")
def _(room):
    line = room.pty()
    path = room.write("\x1b[2J.syx", dx7(b"x"))
    run = room.sxlib("send", "-p", line.port, "--verify", "-t", "0.1",
                     "--rate", "max", "--delay", "0", path)
    equal(run.status, 3, "exit status: " + run.err)
    match("not read back", run.err, "what is said")
    harmless(run, "send --verify")


@test("devices.conf and ports.conf")
def _(room):
    for i, text in enumerate(TEXTS):
        room.write(".config/sxlib/devices.conf",
                   b"[" + text + b"]\nmask = F0 7D 01\n[x]\nmaker = " + text
                   + b"\nmask = F0 7D 02\n[y]\nmask = F0 7D 03\nkind = "
                   + text + b"\n[z]\nmask = " + text + b"\n" + text
                   + b" = 1\n" + text + b"\n")
        room.write(".config/sxlib/ports.conf",
                   b"[" + text + b"]\nport = " + text + b"\n[ok]\nport = "
                   + text + b"\ndevice = " + text + b"\n")
        path = room.write("x.syx", b"\xf0\x7d\x01\x02\xf7\xf0\x7d\x02\xf7")
        for args in (["show", path], ["show", "-j", path], ["list", path],
                     ["devices"], ["devices", "-j"], ["ports"],
                     ["ports", "-j"], ["receive", "-p", "ok", "-t", "0.1"],
                     ["send", "-p", "ok", path]):
            run = room.sxlib(*args)
            one_of(run.status, (0, 1, 2, 3, 4), "exit status of %s" % args)
            harmless(run, "%s with text %d" % (args[0], i))
            if text == b"CON" and args[0] in ("show", "devices"):
                check(b"CON" in run.out, "%s has no such row" % args)


# --- links -------------------------------------------------------------------

@test("a link where a file is to be is not written through")
def _(room):
    victim = room.write("victim", b"mine")
    os.mkdir(room.path("out"))
    for target in (victim, room.path("nowhere")):
        for name in ("all.syx", "all.mid", "out/x.syx"):
            if os.path.lexists(room.path(name)):
                os.unlink(room.path(name))
            os.symlink(target, room.path(name))
        for name in ("all.syx", "all.mid"):
            run = room.sxlib("receive", "-p", "-", "-o", name,
                             stdin=dx7(b"x"))
            equal(run.status, 1, "exit status for %s" % name)
            match("not overwritten", run.err, "what is said")
        for command, args in (("join", ["all.syx"]), ("convert", None)):
            source = room.write("s.syx", dx7(b"x"))
            run = room.sxlib(command, source, *(
                ["all.syx"] if args is None else ["--out", "all.syx"]))
            equal(run.status, 1, "exit status of %s" % command)
        run = room.sxlib("record", "-p", "-", "-o", "all.mid",
                         stdin=dx7(b"x"))
        equal(run.status, 1, "exit status of record")
        run = room.sxlib("receive", "-p", "-", "-o", "out/", "--name", "x",
                         stdin=dx7(b"x"))
        equal(run.status, 0, "exit status")
        match(r"^out/x-\d+\.syx$", run.lines[0], "another name")
        equal(room.read("victim"), b"mine", "what the link names")
        check(not os.path.lexists(room.path("nowhere")), "made by a link")


@test("a link under the name of a part is left alone")
def _(room):
    victim = room.write("victim", dx7(b"x"))
    os.mkdir(room.path("out"))
    for suffix in ("part", "tmp", "take"):
        name = "out/20261122T000000.000Z-77." + suffix
        os.symlink(victim, room.path(name))
        os.symlink(room.path("nowhere"), room.path(name.replace("77", "78")))
        os.mkdir(room.path(name.replace("77", "79")))
        os.mkfifo(room.path(name.replace("77", "80")))
    before = sorted(os.listdir(room.path("out")))
    for args in (["receive", "-o", "out/"], ["record", "-o", "out/t.mid"],
                 ["watch", "--out", "out"]):
        run = room.sxlib(*args, "-p", "-", stdin=b"")
        one_of(run.status, (0, 3), "exit status of %s: %s" % (args, run.err))
        equal(sorted(n for n in os.listdir(room.path("out"))
                     if n.startswith("2026")), before, "links after " + args[0])
    equal(room.read("victim"), dx7(b"x"), "what the link names")
    check(not os.path.lexists(room.path("nowhere")), "made by a link")


@test("a folder that becomes a link to another in the middle of a dump")
def _(room):
    for name in ("a", "b"):
        os.mkdir(room.path(name))
    os.symlink("a", room.path("out"))
    room.write("b/x.syx", b"mine")
    line = room.pty()
    run = room.run("receive", "-p", line.port, "-o", "out/", "--name", "x",
                   "--split", "message")
    run.listening()
    line.feed(dx7(b"x")[:50])
    line.taken()
    os.symlink("b", room.path("new"))
    os.rename(room.path("new"), room.path("out"))
    line.feed(dx7(b"x")[50:])
    check(run.has_lines(1), "no dump: " + run.err)
    run.stop()
    equal(room.files("a"), {"x.syx": dx7(b"x")}, "the folder it began in")
    equal(room.files("b"), {"x.syx": b"mine"}, "the other folder")


@test("--exec: no shell, whatever it is called and whatever it is given")
def _(room):
    name = "a b;$(touch pwned)`touch pwned`|x"
    room.write(name, b'#!/bin/sh\nprintf "%s\\n" "$#" "$1" >>told\n')
    os.chmod(room.path(name), 0o755)
    for out in ("o ut", "$(touch pwned)", ";touch pwned;", "--", "-o"):
        run = room.sxlib("receive", "-p", "-", "--exec", "./" + name,
                         "--out=" + out + "/", "--name", "{name}",
                         stdin=dx7(b"$(x)"))
        equal(run.status, 0, "exit status: " + run.err)
        equal(room.read("told").decode().splitlines(), ["1", run.lines[0]],
              "what it was told")
        os.unlink(room.path("told"))
    check(not os.path.exists(room.path("pwned")), "a shell has run it")


# --- sizes -------------------------------------------------------------------

def wave(size=4, fmt=16, data=4, riff=None, rate=44100, bits=16):
    body = (b"WAVEfmt " + struct.pack("<IHHIIHH", fmt, 1, 1, rate, rate * 2,
                                      2, bits)
            + b"data" + struct.pack("<I", data) + bytes(size))
    return b"RIFF" + struct.pack(
        "<I", len(body) if riff is None else riff) + body


HUGE = 0xffffffff
MIDI = {
    "a SysEx of 256 MiB": h.smf(b"\x00\xf0\xff\xff\xff\x7f\x7d\xf7" + h.END),
    "a length of five bytes": h.smf(b"\x00\xf0\xff\xff\xff\xff\x7f\x7d\xf7"),
    "a text of 256 MiB": h.smf(b"\x00\xff\x01\xff\xff\xff\x7fx" + h.END),
    "a delta of five bytes": h.smf(b"\xff\xff\xff\xff\x7f\xf0\x02\x7d\xf7"),
    "a track of 4 GiB": h.header() + h.chunk(b"MTrk", h.END, HUGE),
    "a header of 4 GiB": h.chunk(b"MThd", bytes(6), HUGE),
    "a chunk of 4 GiB": h.header() + h.chunk(b"XXXX", h.END, HUGE),
    "65535 tracks": h.header(1, 65535) + h.chunk(b"MTrk", h.END),
    "65535 tracks without end": h.header(1, 65535)
    + h.chunk(b"MTrk", b"") * 65535,
    "no ticks": h.header(1, 1, 0) + h.chunk(
        b"MTrk", h.sysex_event(5, b"\xf0\x7d\xf7") + h.END),
    "the last tick": h.smf(b"".join(
        b"\xff\xff\xff\x7f\xf0\x02\x7d\xf7" for _ in range(600)) + h.END),
}
SOUND = {
    "data of 4 GiB": wave(data=HUGE), "a format of 4 GiB": wave(fmt=HUGE),
    "a file of 4 GiB": wave(riff=HUGE, data=HUGE - 8),
    "no rate": wave(rate=0), "a rate of 4 GHz": wave(rate=HUGE // 2),
    "no bits": wave(bits=0), "65535 bits": wave(bits=65535),
    "no data": wave(size=0, data=0), "cut in the format": wave()[:30],
    "an AIFF of 4 GiB": b"FORM\xff\xff\xff\xffAIFFCOMM\xff\xff\xff\xff"
    + bytes(40),
    "2^32 frames": b"FORM\0\0\0\x3eAIFFCOMM\0\0\0\x12\0\x01\xff\xff\xff\xff"
    b"\0\x10\x40\x0e\xac\x44\0\0\0\0\0\0SSND\xff\xff\xff\xff" + bytes(16),
}
# 1 GiB of addresses; the sanitizers want more by themselves.
LIMIT = 'ulimit -v 1048576 2>/dev/null; exec "$@"'
with open(h.SXLIB, "rb") as PROGRAM:
    SANITIZED = b"__asan_init" in PROGRAM.read()


def bounded(room, *args):
    shell = None if SANITIZED else LIMIT
    run = room.sxlib(*args, shell=shell, limit=30)
    one_of(run.status, (0, 1, 3, 5), "exit status of %s: %s"
           % (args[0], run.err))
    check("out of memory" not in run.err, "%s asks for all memory" % args[0])
    harmless(run, args[0])
    return run


for NAME, DATA in MIDI.items():
    @test("sizes in a MIDI file: " + NAME)
    def _(room, data=DATA):
        path = room.write("x.mid", data)
        port = room.pty().port
        for args in (["show"], ["list"], ["verify"], ["duplicates"],
                     ["send", "--dry-run", "--force", "-p", port],
                     ["play", "--dry-run", "-p", port],
                     ["split", "--out", "out/"]):
            bounded(room, *args, path)
        bounded(room, "convert", path, "y.syx")
        bounded(room, "diff", path, path)


for NAME, DATA in SOUND.items():
    @test("sizes in a sound file: " + NAME)
    def _(room, data=DATA):
        path = room.write("x.aif" if data[:4] == b"FORM" else "x.wav", data)
        line = room.pty().listen()
        bounded(room, "sample", "send", path, "-p", line.port, "--slot", "0",
                "--open", "--rate", "max", "--delay", "0")
        check(len(line.settled()) < 1000, "goes on and on")


if __name__ == "__main__":
    h.main()
