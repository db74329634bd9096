#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Files that are not what their name says: other formats, MIDI files behind a
header, padding, damage by transfers; and what folders give out."""
import gzip
import io
import os
import struct
import zipfile

import harness as h
from harness import check, equal, match, test

GOOD = b"\xf0\x7d\x44\x45\x46\xf7"
OTHER = b"\xf0\x7d\x54\x55\xf7"
SONG = h.smf(h.sysex_event(0, GOOD) + h.sysex_event(9, OTHER) + h.END)
SEND = ("send", "--port", "-", "--rate", "max", "--delay", "0")
RNG = __import__("random").Random(19)


def zipped():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("bank.syx", GOOD * 9)  # stored: its F0 can be seen
    return out.getvalue()


def dx7_voices():
    return b"".join(bytes(RNG.randrange(100) for _ in range(118))
                    + b"VOICE %-4d" % n for n in range(32))


NOTHING = {
    "zip": (zipped(), "a zip archive"),
    "gzip": (gzip.compress(GOOD * 99), "gzip data"),
    "page": (b"\xef\xbb\xbf\n <!DOCTYPE html>\n<p>\xf0\x9f\x98\x80\xf7</p>",
             r"a web page \(HTML\)"),
    "html": (b"<HTML><body>\xf0\x01\xf7", r"a web page \(HTML\)"),
    "pdf": (b"%PDF-1.4\n\xf0\x01\xf7", "a PDF document"),
    "wave": (b"RIFF\x20\0\0\0WAVEfmt \xf0\x01\xf7", "a WAV sound file"),
    "hex": (b"F0 43 00 01 F7\r\n", "hex text"),
    # A word stands across the end of what is looked at.
    "long hex": (b"0xF0 0x7D 07  " + b"0x01 " * 40000 + b"F7\n", "hex text"),
    "text": (b"hello, world\n", "text"),
    "padding": (bytes(4096), "padding"),
    "empty": (b"", "nothing"),
    "voices": (dx7_voices(), "a DX7 bank of 32 voices without a header"),
    "7-bit": (bytes(RNG.randrange(128) for _ in range(500)),
              "7-bit data, perhaps a bank without a header"),
    "utf-8": (GOOD.decode("latin-1").encode() * 9 + b"\xc3\xa9",
              "SysEx converted to UTF-8 text"),
    "mojibake": ("\u00b0\u00f0 and more".encode(), "unknown bytes"),
    "uuencode": (b"begin 644 x.syx\n!\xf0\x01\xf7\n", "uuencoded text"),
    "notes": (h.smf(b"\x00\x90\x40\x40" + h.END), "a MIDI file without SysEx"),
}


@test("no SysEx: every command fails, and says what it found instead")
def _(room):
    for name, (data, what) in NOTHING.items():
        path = room.write(name + ".syx", data)
        before = sorted(os.listdir(room.dir))
        for args in (("show", path), ("verify", path), ("list", path),
                     ("duplicates", path), SEND + (path,),
                     SEND + ("--force", path),
                     ("split", path, "-o", "out"),
                     ("split", path, "-o", "out", "--keep-stray"),
                     ("join", path, "-o", "joined.syx"),
                     ("convert", path, "converted.hex"),
                     ("diff", path, path),
                     ("devices", "add", path, "--device", "X",
                      "--kind", "preset")):
            run = room.sxlib(*args)
            equal(run.status, 1, "%s of %s" % (args[0], name))
            match("found " + what, run.out.decode() + run.err,
                  "%s of %s" % (args[0], name))
        equal(sorted(os.listdir(room.dir)), before, "nothing was written")


@test("hex text that is named .syx: what to do about it")
def _(room):
    path = room.write("x.syx", NOTHING["hex"][0])
    for args in (("verify", path), ("show", path), SEND + (path,),
                 ("convert", path, "y.syx")):
        match("rename it to .hex", room.sxlib(*args).err, args[0])
    os.rename(path, room.path("x.hex"))
    equal(room.sxlib("convert", "x.hex", "y.syx").status, 0, "named .hex")
    equal(room.read("y.syx"), b"\xf0\x43\x00\x01\xf7", "bytes")


@test("a file that begins like another format and is SysEx")
def _(room):
    for data in (b"\xf0\x7d\x01\x02ftyp\xf7", b"\xf0PK\x03\x04\xf7", b"PK" + GOOD):
        path = room.write("x.syx", data)
        equal(room.sxlib("show", path).status, 0, "show")
    # What was kept as damaged is what arrived, whatever it looks like.
    path = room.write("x.damaged.syx", b"PK\x03\x04\xf7" + GOOD)
    equal(room.sxlib("show", path).status, 0, "damaged")


def macbinary(data, fork=b"fork" * 32):
    head = bytearray(128)
    head[1:6] = b"\x04bank"
    head[83:87] = len(data).to_bytes(4, "big")
    head[91:95] = b"\xf0\x12\xf0\x34"  # a date
    return bytes(head) + data + bytes(-len(data) % 128) + fork


WRAPPED = {
    "MacBinary": (macbinary(SONG), 128),
    "a blank line": (b"\r\n" + SONG, 2),
    "a byte order mark": (b"\xef\xbb\xbf" + SONG, 3),
    "a block": (bytes(RNG.randrange(240) for _ in range(512)) + SONG, 512),
    "a mail header": (b"From: a@b\nSubject: dump\n\n" + SONG, 25),
    "RIFF that is not RMID": (
        b"RIFF" + struct.pack("<I", len(SONG) + 12) + b"MIDIdata"
        + struct.pack("<I", len(SONG)) + SONG, 20),
    "an F0 before it": (b"\x00\xf0\x10\xff\x90" + SONG, 5),
}


@test("a MIDI file that begins later is read as one, and that is reported")
def _(room):
    for n, (name, (data, begin)) in enumerate(WRAPPED.items()):
        path = room.write("%d.mid" % n, data)
        want = "data starts at offset %d" % begin
        run = room.sxlib("show", "-j", path)
        equal((run.status, [o["bytes"] for o in run.json]),
              (0, [len(GOOD), len(OTHER)]), "show: " + name)
        for args in (("show", path), ("verify", path), SEND + (path,),
                     ("split", path, "-o", "out%d/" % n),
                     ("join", path, "-o", "%d-joined.syx" % n),
                     ("convert", path, "%d.syx" % n),
                     ("play", path, "--port", "-", "--tempo", "100x")):
            run = room.sxlib(*args)
            equal(run.status, 0, args[0] + ": " + name)
            match(want, run.err, args[0] + ": " + name)
            if args[0] in ("send", "play"):
                equal(run.out, GOOD + OTHER, args[0] + ": " + name)
        for made in ("%d.syx" % n, "%d-joined.syx" % n):
            equal(room.read(made), GOOD + OTHER, name)


@test("what MacBinary has behind a MIDI file is not read")
def _(room):
    def text(n):
        return h.smf(h.sysex_event(0, GOOD) + h.meta(0, 1, b"x" * n) + h.END)
    song = text(128 + -len(text(128)) % 128)
    equal(len(song) % 128, 0, "no filling is between")
    path = room.write("x.mid", macbinary(song, h.chunk(
        b"MTrk", h.sysex_event(0, OTHER) + h.END)))
    run = room.sxlib("show", "-j", path)
    equal((run.status, [o["bytes"] for o in run.json]), (0, [6]), "show")


@test("named like a MIDI file and none: malformed; MThd in SysEx is data")
def _(room):
    for suffix in (".mid", ".MIDI", ".smf", ".kar", ".rmi"):
        path = room.write("x" + suffix, b"\x00\x06MTrk" + GOOD)
        for command in (("show",), ("verify",), SEND):
            run = room.sxlib(*command, path)
            equal(run.status, 1, command[0] + suffix)
            match("malformed: no MThd at the start",
                  run.out.decode() + run.err, command[0] + suffix)
    inside = b"\xf0\x7d" + b"MThd\0\0\0\6\0\1\0\1\0\x60MTrk" + b"\xf7"
    equal([o["bytes"] for o in room.sxlib(
        "show", "-j", room.write("in.syx", GOOD + inside + OTHER)).json],
        [6, len(inside), 5], "inside of a message")
    equal([o["bytes"] for o in room.sxlib(
        "show", "-j", room.write("raw.mid", GOOD)).json], [6], "raw")
    run = room.sxlib("split", room.write("both.syx", GOOD + SONG), "-o", "o")
    equal(run.status, 1, "SysEx and a MIDI file")
    match("at offset 6, a MIDI file", run.err, "both")


@test("padding at the end is left out and reported, without --force")
def _(room):
    for n, pad in enumerate((b"\x1a", b"\x1a" * 57, bytes(58), b"\xff" * 9,
                             b"\xe5" * 100, b"\x1a" + bytes(30))):
        path = room.write("%d.syx" % n, GOOD + OTHER + pad)
        want = "%d bytes? of padding at the end left out" % len(pad)
        run = room.sxlib(*SEND, path)
        equal((run.status, run.out), (0, GOOD + OTHER), "send")
        match("offset 11: " + want, run.err, "send")
        for args in (("verify", path), ("join", path, path, "-o", "%d.mid" % n),
                     ("convert", path, "%d-c.syx" % n),
                     ("split", path, "-o", "o%d/" % n)):
            run = room.sxlib(*args)
            equal(run.status, 0, args[0])
            match("offset 11: " + want, run.err, args[0])
        equal(room.read("%d-c.syx" % n), GOOD + OTHER, "convert")
        bad = room.write("bad.syx", h.spoil(h.md_kit(room.random, 1, b"K"))
                         + pad)
        run = room.sxlib(*SEND, bad)
        equal((run.status, run.out), (1, b""), "another check still holds")
    # Where it is kept, it is kept when it is joined, too.
    padded = room.write("padded.syx", GOOD + bytes(9))
    equal(len(room.sxlib("split", padded, "-o", "kept",
                         "--keep-stray").lines), 2, "--keep-stray")
    equal(room.sxlib("join", "kept", "-o", "again.syx").status, 0, "join")
    equal(room.read("again.syx"), GOOD + bytes(9), "joined")
    for data in (GOOD + bytes(9) + OTHER, bytes(9) + GOOD):
        run = room.sxlib(*SEND, room.write("in.syx", data))
        equal((run.status, run.out), (1, b""), "elsewhere")


@test("MacBinary around a .syx: its header, which has an F0, is no message")
def _(room):
    path = room.write("x.syx", macbinary(GOOD + OTHER))
    run = room.sxlib("show", "-j", path)
    equal([(o["offset"], o["bytes"]) for o in run.json],
          [(0, 128), (128, 6), (134, 5), (139, 245)], "show")
    for args in (SEND + (path,), ("split", path, "-o", "out"),
                 ("convert", path, "y.mid")):
        run = room.sxlib(*args)
        equal(run.status, 0, args[0])
        match("offset 0: 128 bytes of a MacBinary wrapper left out", run.err,
              args[0])
        if args[0] == "send":
            equal(run.out, GOOD + OTHER, "send")
        if args[0] == "split":
            equal([room.read(p) for p in run.lines], [GOOD, OTHER], "split")
    equal(room.sxlib("convert", path, "z.syx").status, 0, "as it stands")
    equal(room.read("z.syx"), macbinary(GOOD + OTHER), "as it stands")
    run = room.sxlib("verify", path)
    equal((run.status, run.err.count("MacBinary")), (0, 1), "verify")


@test("a dump that was kept as damaged is refused, also by its name")
def _(room):
    for name in ("x.damaged.syx", "x.DAMAGED.SYX", "x.damaged.part"):
        path = room.write(name, GOOD)
        run = room.sxlib(*SEND, path)
        equal((run.status, run.out), (1, b""), name)
        match("stored as damaged", run.err, name)
        run = room.sxlib(*SEND, "--force", path)
        equal((run.status, run.out), (0, GOOD), "--force")
        equal(room.sxlib(*SEND, "--dry-run", path).status, 1, "--dry-run")


def dump(rng, n):
    """A message without checksum, with 0A and without 0D."""
    body = bytes(rng.choice((10, 11, 12, 14, 99)) for _ in range(n))
    return b"\xf0\x7d\x0a\x63\x0a" + body + b"\xf7"


def d50(data):
    body = b"\0\0\0" + data
    return (b"\xf0\x41\x10\x14\x12" + body
            + bytes([-sum(body) % 128]) + b"\xf7")


@test("damage by a transfer in text mode is found")
def _(room):
    whole = dump(room.random, 200)
    hurt = whole.replace(b"\n", b"\r\n")
    want = "each of its %d bytes 0A follows a 0D" % hurt.count(b"\n")
    path = room.write("x.syx", hurt)
    for args, status in ((("verify", path), 1), (("show", path), 0),
                         (SEND + (path,), 1), (("convert", path, "c.syx"), 0)):
        run = room.sxlib(*args)
        equal(run.status, status, args[0])
        match(want, run.out.decode() + run.err, args[0])
    run = room.sxlib(*SEND, "--force", path)
    equal((run.status, run.out), (0, hurt), "--force")
    for name, data in (("whole", whole), ("one without", hurt + b"\xf0\n\xf7"),
                       ("none", GOOD),
                       ("proven", b"\xf0\x7d\r\n\xf7" * 3 + d50(
                           b"\r\n\r\n"))):
        run = room.sxlib("verify", room.write("y.syx", data))
        equal(run.status, 0, name)
        check("0A" not in run.err, name)
    run = room.sxlib("verify", room.write("z.syx", b"\xf0\x7d\r\n\xf7"))
    equal(run.status, 0, "one may be chance")
    match("may have added it", run.err, "one")


def malformed():
    """(file, its whole messages): a track too long, an event cut short."""
    body = h.sysex_event(0, GOOD) + h.sysex_event(9, OTHER)
    return {"tracklen": (h.header() + h.chunk(b"MTrk", body + h.END, 5000),
                         GOOD + OTHER),
            "cut": (h.header() + h.chunk(b"MTrk", body + h.sysex_event(
                9, GOOD * 9)[:-20]), GOOD + OTHER)}


@test("the whole messages of a malformed .mid can be taken with --force")
def _(room):
    for name, (data, whole) in malformed().items():
        path = room.write(name + ".mid", data)
        for args in (SEND + (path,), ("split", path, "-o", name),
                     ("split", path, "-o", name, "--name", "{n}"),
                     ("join", path, "-o", name + ".syx"),
                     ("convert", path, name + ".syx")):
            run = room.sxlib(*args)
            equal((run.status, run.out), (1, b""), args[0])
            match("malformed.*\n--force", run.err, args[0])
            run = room.sxlib(*args, "--force")
            equal(run.status, 0, args[0] + " --force")
            match("malformed", run.err, args[0] + " --force")
            if args[0] == "send":
                equal(run.out, whole, "sent")
            elif args[0] == "split":
                equal(b"".join(room.read(p) for p in run.lines), whole,
                      "split")
            else:
                equal(room.read(name + ".syx"), whole, args[0])
                os.unlink(room.path(name + ".syx"))


NAMES = ["part1.syx", "part2.SYSEX", "part03.sds", "Part4.syx", "part10.Syx",
         "part11.mid", "part12.midi", "part13.SMF", "part14.kar",
         "part15.rmi"]


@test("folders: all suffixes, natural order, the others are counted")
def _(room):
    for n, name in enumerate(NAMES):
        room.write("lib/" + name, b"\xf0\x7d" + bytes([n]) + b"\xf7")
    for name in ("a.txt", "b.hex", "syx"):
        room.write("lib/" + name, GOOD)
    os.symlink("part1.syx", room.path("lib/link"))
    room.write("lib/.hidden.syx", GOOD)
    want = [NAMES[3]] + [n for n in NAMES if n != NAMES[3]]
    run = room.sxlib("list", "-j", "--sort", "file", "lib")
    equal([os.path.basename(o["file"]) for o in run.json], want, "list")
    match("4 other files skipped", run.err, "list")
    run = room.sxlib(*SEND, "lib")
    equal(run.out, b"".join(b"\xf0\x7d" + bytes([NAMES.index(n)]) + b"\xf7"
                            for n in want), "send")
    match("4 other files skipped", run.err, "send")
    run = room.sxlib("join", "lib", "-o", "all.syx")
    match("4 other files skipped", run.err, "join")
    equal([room.read("all.syx")[4 * n + 2] for n in range(10)],
          [NAMES.index(n) for n in want], "join")
    for command in ("verify", "duplicates"):
        match("4 other files skipped", room.sxlib(command, "lib").err, command)


@test("a disk that gives few bytes at a time: all of them are read")
def _(room):
    room.write(".config/sxlib/devices.conf",
               b"[Mine]\nmask = F0 7D 44\nkind = kit\n")
    room.write("a.syx", GOOD + OTHER + GOOD)
    room.write("b.mid", SONG)
    room.write("c.hex", b"F0 7D 44 45 46 F7  F0 7D 54 55 F7\n")
    room.write("large.syx", b"\xf0\x7d" + bytes(range(128)) * 16384 + b"\xf7")
    few = h.slow(0, SXLIB_TEST_READ="7")
    for args in (("show", "-j", "a.syx", "b.mid"), ("list", "-j", "."),
                 ("verify", "a.syx", "large.syx"), ("devices", "-j"),
                 ("convert", "c.hex", "-"), ("verify", "-")):
        stdin = SONG if args[-1] == "-" else None
        runs = [room.sxlib(*args, stdin=stdin, env=env)
                for env in (None, few)]
        equal(runs[0].status, 0, "status of " + args[0])
        equal((runs[1].status, runs[1].out, runs[1].err),
              (0, runs[0].out, runs[0].err), "the same: " + args[0])


@test("an empty folder, or one without dumps: exit 3")
def _(room):
    os.mkdir(room.path("empty"))
    room.write("other/a.txt", b"text")
    for folder in ("empty", "other"):
        for args in (("verify",), ("list",), ("duplicates",), SEND):
            run = room.sxlib(*args, folder)
            equal((run.status, run.out), (3, b""), args[0] + " " + folder)
            match("no dump", run.err, args[0])


def most_memory(*args):
    """(exit status, resident bytes at most)"""
    null = os.open("/dev/null", os.O_RDWR)
    pid = os.posix_spawn(h.SXLIB, [h.SXLIB, *args], os.environ, file_actions=[
        (os.POSIX_SPAWN_DUP2, null, fd) for fd in (0, 1, 2)])
    os.close(null)
    _, status, usage = os.wait4(pid, 0)
    return os.waitstatus_to_exitcode(status), usage.ru_maxrss << 10


@test("a sparse file takes little memory: 512 MB of zeros in 128 MB")
def _(room):
    path = room.path("sparse.syx")
    with open(path, "wb") as file:
        file.write(GOOD)
        file.truncate(512 << 20)
        file.seek(0, 2)
        file.write(b"\x01\xf7" + OTHER)
    for args in (("verify", path), ("show", path), ("list", path),
                 ("send", "--dry-run", path),
                 ("split", path, "-o", room.path("out"))):
        status, most = most_memory(*args)
        equal(status, args[0] in ("verify", "send"), args[0])
        check(most < 128 << 20, "%s: %d MB" % (args[0], most >> 20))
    run = room.sxlib("verify", path)
    equal(run.lines, ["%s: offset 6: %d bytes outside any message: the rest of a message "
                      "without its F0: expected F0, found data bytes"
                      % (path, (512 << 20) - 4)], "verify")
    with open(path, "r+b") as file:
        file.truncate(512 << 20)
    match("%d bytes of padding at the end" % ((512 << 20) - 6),
          room.sxlib("verify", path).err, "padding")


if __name__ == "__main__":
    h.main()
