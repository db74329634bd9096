#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Sounds compared, however each is packed: diff and duplicates."""
import harness as h
import voices
from harness import check, equal, match, test


def make_voices(room, n=32):
    return [voices.voice(room.random, "VOICE %02d" % (k + 1))
            for k in range(n)]


def changed(voice, at, by=1):
    data = bytearray(voice)
    data[at] ^= by
    return bytes(data)


@test("a voice of a bank and its dump are the same")
def _(room):
    all_ = make_voices(room)
    room.write("rom.syx", voices.bank(all_))
    room.write("one.syx", voices.single(all_[4]))
    for a, b in (("rom.syx:5", "one.syx"), ("one.syx", "rom.syx:5"),
                 ("rom.syx:=VOICE 05", "one.syx:#1"),
                 ("rom.syx:5", "rom.syx:5")):
        run = room.sxlib("diff", a, b)
        equal((run.status, run.lines), (0, []), a + " " + b)
        match("1 the same, 0 different", run.err, "what is reported")


@test("what differs is shown in the unpacked voice, and the name as such")
def _(room):
    all_ = make_voices(room)
    other = changed(all_[1][:118] + b"OTHER     ", 3)
    room.write("rom.syx", voices.bank(all_))
    room.write("one.syx", voices.single(other))
    run = room.sxlib("diff", "rom.syx:2", "one.syx")
    equal(run.status, 1, "exit status")
    match(r'^rom.syx:2 "VOICE 02" and one.syx:#1 "OTHER": \d+ bytes differ',
          run.out.decode(), "the sounds")
    match(r"^  decoded 000003: %02X \(%d\) -> %02X \(%d\)" % (
        all_[1][3], all_[1][3], other[3], other[3]),
          run.out.decode(), "the value", 8)
    match(r"^  decoded 0000\w\w.* \(name\): ", run.out.decode(), "the name", 8)
    run = room.sxlib("diff", "--json", "rom.syx:2,1", "one.syx")
    equal(run.status, 1, "exit status")
    first, second = run.json
    equal((first["a"], first["b"]),
          ({"file": "rom.syx", "sound": "2", "name": "VOICE 02"},
           {"file": "one.syx", "sound": "#1", "name": "OTHER"}), "the first")
    equal(first["runs"][0],
          {"offset": 3, "bytes": 1, "decoded": True, "field": None,
           "a": "%02x" % all_[1][3], "b": "%02x" % other[3]}, "its runs")
    check(all(r["field"] == "name" for r in first["runs"][1:]), "the rest")
    equal((second["a"]["sound"], second["b"], second["runs"]),
          ("1", None, []), "the second")


@test("a program in a slot and in the edit buffer are the same")
def _(room):
    data = voices.program(room.random, "Prog", 9)
    room.write("slot.syx", data)
    room.write("buffer.syx", voices.buffer(data))
    room.write("rom.syx", voices.bank(make_voices(room)))
    run = room.sxlib("diff", "slot.syx:#1", "buffer.syx")
    equal((run.status, run.lines), (0, []), run.err)
    run = room.sxlib("diff", "slot.syx", "buffer.syx")
    equal(run.status, 1, "without a reference, files are compared")
    run = room.sxlib("diff", "slot.syx:#1", "rom.syx:1")
    equal((run.status, run.lines), (1, []), "two instruments")
    match("a Prophet '08 and one of a DX7 cannot be compared", run.err, "why")
    for bad in ("rom.syx:33", "rom.syx:=x", "rom.syx:#0"):
        equal(room.sxlib("diff", "rom.syx:1", bad).status,
              voices.WRONG_REF, bad)


def groups(run):
    """[(what is said, [reference])]"""
    out = []
    for line in run.lines:
        if line.startswith("  "):
            out[-1][1].append(line[2:])
        else:
            out.append((line, []))
    return out


@test("duplicates finds the same sounds inside banks, and under other names")
def _(room):
    all_ = make_voices(room)
    more = make_voices(room)
    more[0] = all_[0]                                  # the same slot
    more[7] = all_[1]                                  # another slot
    more[2] = all_[2][:118] + b"OTHER     "            # another name
    more[20] = all_[3][:118] + b"ELSEWHERE "           # both
    more[9] = changed(all_[4], 0)                      # not the same
    room.write("c/a.syx", voices.bank(all_))
    room.write("c/b.syx", voices.bank(more, channel=3))
    room.write("c/one.syx", voices.single(all_[5]))
    room.write("c/copy.syx", voices.bank(all_))        # the same file
    run = room.sxlib("duplicates", "c")
    equal(run.status, 0, run.err)
    found = [g for g in groups(run) if " sounds, " in g[0]]
    equal(found, [
        ('2 sounds, the same content: Yamaha, DX7, "VOICE 01":',
         ["c/a.syx:1", "c/b.syx:1"]),
        ('2 sounds, the same all but slot: Yamaha, DX7, "VOICE 02":',
         ["c/a.syx:2", "c/b.syx:8"]),
        ("2 sounds, the same all but name: Yamaha, DX7:",
         ['c/a.syx:3 "VOICE 03"', 'c/b.syx:3 "OTHER"']),
        ("2 sounds, the same all but name and slot: Yamaha, DX7:",
         ['c/a.syx:4 "VOICE 04"', 'c/b.syx:21 "ELSEWHERE"']),
        ('2 sounds, the same all but slot: Yamaha, DX7, "VOICE 06":',
         ["c/a.syx:6", "c/one.syx:#1"])], "sounds")
    match("1 group of files .*, 0 of messages .*, 5 of sounds", run.err,
          "the counts")
    rows = [m for m in room.sxlib("duplicates", "--json", "c").json
            if "sound" in m]
    equal(len(rows), 10, "rows")
    equal(rows[4], {"file": "c/a.syx", "sound": "3", "maker": "Yamaha",
                    "device": "DX7", "slot_text": "3", "name": "VOICE 03",
                    "bytes": 155, "same": "all but name", "sounds": 2,
                    "first": True}, "the fifth")


@test("programs that differ only in their names are found; the same, once")
def _(room):
    state = room.random.getstate()
    one = voices.program(room.random, "One", 1)
    room.random.setstate(state)
    two = voices.program(room.random, "Two", 2)
    room.write("c/p.syx", one + two)
    room.write("c/q.syx", h.md_kit(room.random, 4, b"KIT") + one)
    run = room.sxlib("duplicates", "c")
    equal([g[0] for g in groups(run)],
          ["2 messages, the same content: Sequential, Prophet '08, preset "
           "A002, \"One\", %d bytes:" % len(one),
           "3 sounds, the same all but name and slot: Sequential, "
           "Prophet '08:"], "groups")
    room.write("d/p.syx", one + two[:5] + b"\x01" + two[6:])
    run = room.sxlib("duplicates", "d")
    equal(groups(run)[-1][0],
          "2 sounds, the same all but name: Sequential, Prophet '08:", "d")
    room.write("e/p.syx", one[:5] + b"\x07" + one[6:] + one)
    run = room.sxlib("duplicates", "e")
    check(not any(" sounds, " in g[0] for g in groups(run)),
          "messages that are the same are no news")


if __name__ == "__main__":
    h.main()
