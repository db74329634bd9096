#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The references that the other tests compare with, checked by hand."""
import harness as h
from harness import equal, test


def frames(text, **more):
    return [(m.hex(" "), d)
            for m, d in h.frame(bytes.fromhex(text), **more)]


@test("the reference framer")
def _(room):
    for stream, want in [
            ("f0 31 01 f7", [("f0 31 01 f7", None)]),
            ("f0 f8 31 fe 01 ff f7", [("f0 31 01 f7", None)]),
            ("f0 31 90 40 40 41 41 f7 f0 7d f7",
             [("f0 31", "status byte 90"), ("f0 7d f7", None)]),
            ("f0 31 f0 7d f7", [("f0 31", "new F0"), ("f0 7d f7", None)]),
            ("01 02 f7 f0 7d f7", [("01 02 f7", "no F0"),
                                   ("f0 7d f7", None)]),
            ("f0 7d f7 01 f8 02 f7", [("f0 7d f7", None),
                                      ("01 02 f7", "no F0")]),
            ("90 40 40 41 41 42", []),
            ("f7 f7", []),
            ("f2 01 02 f6 f3 05", []),
            ("f0 31 01", [("f0 31 01", "end of input")])]:
        equal(frames(stream), want, stream)
    equal(frames("f0 31", at_end="timeout"), [("f0 31", "timeout")], "end")


@test("the reference framer and the stream makers agree")
def _(room):
    for _ in range(20):
        message = h.any_sysex(room.random)
        stream = h.with_realtime(room.random, message[:-1]) + b"\xf7"
        equal(h.frame(stream), [(message, None)], "one message")
    damage = {d for _ in range(20) for _, d in h.frame(h.mess(room.random,
                                                              20))}
    equal(sorted(str(d)[:6] for d in damage if not str(d).startswith("st")),
          ["None", "new F0", "no F0"], "damage in a mess")


@test("the reference checksum holds on what the makers make")
def _(room):
    equal(h.elektron(7, 0x63, (1, 1), 0, b"").hex(),
          "f000203c070063010100" + "00000005f7", "an empty request")
    equal(len(h.md_kit(room.random, 4, b"x")), 1233, "size of a kit")


@test("the reference reader of MIDI files")
def _(room):
    message = h.sysex(room.random, 300)
    data = h.smf(h.meta(0, 3, b"one") + h.sysex_event(200, message) + h.END,
                 h.sysex_event(0, message) + h.END)
    division, tracks = h.read_smf(data)
    equal((division, [t.sysex for t in tracks], tracks[0].name),
          (500, [[(200, message)], [(0, message)]], b"one"), "file")


if __name__ == "__main__":
    h.main()
