#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A dump and the message behind it that stores it: one dump, in the slot of the
second, wherever dumps are kept, parted, listed, compared and sent."""
import harness as h
from harness import FAST, check, equal, match, test


def jx8p(name, slot):
    tone = b"\xf0\x41\x35\x00\x21\x20\x01" + name.ljust(10).encode() \
        + bytes(49) + b"\xf7"
    return tone, b"\xf0\x41\x34\x00\x21\x20\x01\x00" + bytes([slot]) \
        + b"\x02\xf7"


def mks70(name, slot, level=0x20, apr=0x35, short=False):
    tone = bytes([0xF0, 0x41, apr, 0x00, 0x24, level]) + b"\x01" \
        + name.ljust(10).encode() + bytes(44) + b"\xf7"
    number = bytes([slot, 0]) if short else bytes([0, slot, 2])
    return tone, bytes([0xF0, 0x41, 0x34, 0x00, 0x24, level]) + b"\x01" \
        + number + b"\xf7"


def dw8000(name, slot):
    return (b"\xf0\x42\x30\x03\x40" + bytes([len(name)]) * 51 + b"\xf7",
            b"\xf0\x42\x30\x03\x11" + bytes([slot]) + b"\xf7")


def wavestation(name, slot, dump=0x40, store=0x11):
    head = b"\xf0\x42\x30\x28"
    data = b"".join(bytes([c & 15, c >> 4]) for c in name.ljust(16).encode())
    return (head + bytes([dump, 0, 34]) + data + bytes([sum(data) & 127, 0xF7]),
            head + bytes([store, 0, slot]) + b"\xf7")


KINDS = {
    "JX-8P": jx8p,
    "MKS-70 tones": mks70,
    "MKS-70 patches": lambda name, slot: mks70(name, slot, 0x30),
    "MKS-70 V4": lambda name, slot: mks70(name, slot, 0x20, 0x38, True),
    "DW-8000": dw8000,
    "Wavestation patches": wavestation,
    "Wavestation performances":
        lambda name, slot: wavestation(name, slot, 0x49, 0x1a),
}
SLOTS = (3, 0, 7)


def pairs_of(make):
    return [make("SOUND" + "X" * i, slot) for i, slot in enumerate(SLOTS)]


for kind, make in KINDS.items():
    @test("received, split, listed and sent as one: %s" % kind)
    def _(room, make=make):
        pairs = [b"".join(p) for p in pairs_of(make)]
        path = room.write("all.syx", b"".join(pairs))
        for how in (("--split", "message"), ()):
            run = h.receive_stdin(room, b"".join(pairs), "-n", "3", "-j", *how,
                                  out="in%d/" % len(how))
            equal((run.status, [o["slot"] for o in run.json],
                   [h.content(o["file"], room) for o in run.json]),
                  (0, list(SLOTS), pairs), "received, %s" % (how,))
        run = room.sxlib("split", path, "-o", "out/", "-j", "--name",
                         "{kind}{slot}-{name}-{n}")
        equal((run.status, [o["slot"] for o in run.json],
               [o["messages"] for o in run.json],
               [h.content(o["file"], room) for o in run.json]),
              (0, list(SLOTS), [2, 2, 2], pairs), "split")
        run = room.sxlib("list", "-j", "--sort", "slot", "out/")
        equal([o["slot"] for o in run.json], sorted(SLOTS), "listed")
        line = room.pty().listen()
        h.send(room, line, *FAST, "out/")
        for pair in pairs:
            check(pair in line.settled(), "torn apart on its way out")
        run = room.sxlib("send", "--dry-run", "-j", path)
        equal([o["slot"] for o in run.json],
              [slot for slot in SLOTS for _ in range(2)], "to be sent")

    @test("a store that does not follow its dump is not sent: %s" % kind)
    def _(room, make=make):
        tones, stores = zip(*pairs_of(make))
        other = b"\xf0\x7d\x01\x02\xf7"
        bad = {
            "alone": stores[0],
            "twice": tones[0] + stores[0] + stores[1],
            "another between": tones[0] + other + stores[0],
            "all tones, then all stores": b"".join(tones + stores),
        }
        for why, data in bad.items():
            path = room.write(why + ".syx", data)
            line = room.pty().listen()
            run = h.send(room, line, path, *FAST, status=1, want=b"")
            match("would overwrite a memory", run.err, why)
            h.send(room, room.pty().listen(), path, *FAST, "--force",
                   want=data)
        for name, data in ("t0", tones[0]), ("t1", tones[1]), ("u", stores[0]):
            room.write("torn/%s.syx" % name, data)
        h.send(room, room.pty().listen(), "torn/", *FAST, status=1, want=b"")


@test("join: the store of another file goes on with no track of this one")
def _(room):
    tone, store = jx8p("PIANO", 5)
    files = [room.write(name, data) for name, data in (
        ("a.syx", tone + store), ("b.syx", tone), ("c.syx", store))]
    run = room.sxlib("join", *files, "-o", "x.mid")
    equal(run.status, 0, "exit status")
    _, tracks = h.read_smf(room.read("x.mid"))
    equal([[m for _, m in t.sysex] for t in tracks],
          [[tone, store], [tone], [store]], "tracks")


@test("a dump without its store ends after the gap, and with the input")
def _(room):
    tone, store = jx8p("PIANO", 5)
    line = room.pty()
    run = room.run("receive", "-p", line.port, "-o", "out/", "-j", "--split",
                   "message", "--gap", "200")
    run.listening()
    line.feed(tone)
    run.has_lines(1)
    line.feed(store)
    run.has_lines(2)
    line.feed(tone)
    equal(run.stop(), 0, "exit status")
    equal([(o["slot"], o["bytes"]) for o in run.json],
          [(None, len(tone)), (5, len(store)), (None, len(tone))], "dumps")


@test("a store for another unit, or of another kind, is not of this dump")
def _(room):
    tone, store = jx8p("PIANO", 5)
    other = store[:3] + b"\x01" + store[4:]
    patch = wavestation("A", 1)[0]
    performance = wavestation("A", 1, 0x49, 0x1a)[1]
    for name, data in (("unit", tone + other), ("kind", patch + performance)):
        path = room.write(name + ".syx", data)
        run = room.sxlib("split", path, "-o", name + "/")
        equal(len(run.lines), 2, name)
        equal(room.sxlib("send", "--dry-run", path).status, 1, name)


@test("the store of a cut dump stays with it, damaged")
def _(room):
    tone, store = jx8p("PIANO", 5)
    run = h.receive_stdin(room, tone[:-1] + store, "--split", "message", "-j")
    equal((run.status, [o["bytes"] for o in run.json]),
          (5, [len(tone + store) - 1]), "one damaged dump")


@test("duplicates: the same sound in two slots, by the slot of the store")
def _(room):
    one, two = jx8p("PIANO", 5), jx8p("PIANO", 6)
    room.write("d/a.syx", b"".join(one))
    room.write("d/b.syx", b"".join(two))
    run = room.sxlib("duplicates", "d")
    match("all but slot, unit and checksum", run.out.decode(), "what is the same")
    equal(sorted(line.split(": ")[-1] for line in run.lines[1:]), ["5", "6"],
          "slots")
    room.write("d/b.syx", b"".join(one) + b"\xf0\x7d\x01\xf7")
    run = room.sxlib("duplicates", "-j", "d")
    equal([(o["same"], o["slot"]) for o in run.json],
          [("content", 5), ("content", 5)], "the same slot")


@test("play refuses a store without its dump")
def _(room):
    tone, store = jx8p("PIANO", 5)
    good = room.write("good.mid", h.smf(
        h.sysex_event(0, tone) + h.sysex_event(10, store) + h.END))
    bad = room.write("bad.mid", h.smf(h.sysex_event(0, store) + h.END))
    equal(room.sxlib("play", "--dry-run", good).status, 0, "a pair")
    run = room.sxlib("play", "--dry-run", bad)
    equal(run.status, 1, "a store")
    match("would overwrite a memory", run.err, "a store")


@test("verify: a store without its dump is odd, and said")
def _(room):
    tone, store = jx8p("PIANO", 5)
    run = room.sxlib("verify", room.write("a.syx", tone + store))
    match(" 0 odd", run.err, "a pair")
    run = room.sxlib("verify", room.write("b.syx", store))
    match("stores the preceding dump, but there is none", run.err,
          "a store")


if __name__ == "__main__":
    h.main()
