#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Messages of a handshake, and replies to the identity request: never a dump."""
import harness as h
from harness import check, equal, match, test
from instrument import Instrument

HANDSHAKES = {
    "Roland WSD": ("f041101440020000007f007ff7", True),
    "Roland RQD": ("f041101441020000007f007ff7", True),
    "Roland ACK": ("f041101443f7", False),
    "Roland EOD, long model": ("f04110000000 0e45f7", False),
    "Roland WSF, older": ("f041400023f7", True),
    "Roland ERR, older": ("f0414e0021f7", False),
    "Casio ready": ("f04400007030f7", True),
    "Casio ready, without F7": ("f04400007030", True),
    "sample dump ACK": ("f07e007f00f7", False),
    "Korg loaded": ("f042301923f7", False),
}
REPLIES = {
    "3 bytes of version": "f07e7f06020125010000110000f7",
    "none": "f07e7f06020125010000f7",
    "6 bytes": "f07e7f06020125010000110000000102f7",
    "no unit": "f07e06023e0e000b00322e3333f7",
}

for name, (text, waits) in HANDSHAKES.items():
    @test("a handshake is no dump: %s" % name)
    def _(room, text=text, waits=waits):
        data = bytes.fromhex(text)
        run = h.receive_stdin(room, data, "-n", "1")
        equal((run.status, run.lines), (3, []), "received")
        said = "the unit waits for a handshake" in run.err
        equal(said, waits, "said")
        check(not waits or "one-way dump" in run.err, "what to do instead")
        run = room.sxlib("show", "-j", room.write("x.syx", data))
        equal(run.json[0]["kind"], "handshake", "kind")
        if data.endswith(b"\xf7"):
            run = room.sxlib("verify", room.path("x.syx"))
            equal(run.status, 3, "verify")
            match("only handshakes.*one-way dump", run.err, "verify")


@test("the data between handshakes are a dump, and verify is content")
def _(room):
    data = b"\xf0\x41\x10\x14\x42\x02\x00\x00\x01\x7d\xf7"
    wsd = bytes.fromhex(HANDSHAKES["Roland WSD"][0])
    run = h.receive_stdin(room, wsd + data, "-n", "1")
    equal((run.status, [h.content(p, room) for p in run.lines]), (0, [data]),
          "received")
    equal(room.sxlib("verify", room.write("x.syx", wsd + data)).status, 0,
          "verify")


@test("request: a handshake is no answer, and it is said")
def _(room):
    line = room.pty()
    wsd = bytes.fromhex(HANDSHAKES["Roland WSD"][0])
    Instrument(line, lambda m: [wsd])
    run = room.sxlib("request", "-p", line.port, "-o", "out/", "--timeout",
                     "0.3", "--retries", "0", "--hex", "F0 7D 01 F7")
    equal((run.status, room.files()), (3, {}), "files")
    match("the unit waits for a handshake.*one-way dump", run.err, "said")


@test("Casio: what goes on after \"ready\" is a dump")
def _(room):
    data = bytes.fromhex("f04400007030") + bytes(256) + b"\xf7"
    line = room.pty()
    run = room.run("receive", "-p", line.port, "-o", "out/", "-n", "1")
    run.listening()
    line.feed(data[:6])
    line.taken()
    line.feed(data[6:])
    equal(run.end(), 0, "exit status")
    equal([h.content(p, room) for p in run.lines], [data], "received")


for name, text in REPLIES.items():
    @test("an identity reply with %s" % name)
    def _(room, text=text):
        reply = bytes.fromhex(text)
        run = h.receive_stdin(room, reply, "-n", "1")
        equal((run.status, run.lines), (3, []), "received")
        line = room.pty()
        Instrument(line, lambda m: [reply])
        run = room.sxlib("identify", "-p", line.port, "-t", "0.5", "-j")
        equal((run.status, run.json[0]["device"]),
              (0, "Microwave II / XT" if "3e" in text else "Mopho"),
              "identified")


if __name__ == "__main__":
    h.main()
