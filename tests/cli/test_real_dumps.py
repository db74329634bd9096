#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Dumps of real instruments: shown, received and written back, byte for byte,
as .syx and through .mid. They are other people's sounds and not part of the
project: $SXLIB_DUMPS says where they are."""
import os
import re

import harness as h
from harness import FAST, check, equal, test

# What the unit that made it shows, or what its format says.
KNOWN = {
    "elektron-machinedrum-kit.syx":
        [("Elektron", "Machinedrum", "kit", 44, "DISTORTED", "ok")],
    "elektron-monomachine-global.syx":
        [("Elektron", "Monomachine", "global", 7, None, "ok")],
    "elektron-monomachine-kit.syx":
        [("Elektron", "Monomachine", "kit", None, "TECHNOT123", "ok")],
    "elektron-monomachine-song.syx":
        [("Elektron", "Monomachine", "song", None, None, "ok")],
    "elektron-rytm-7sounds.syx":
        [("Elektron", "Analog Rytm", "sound", None, None, "ok")] * 7,
    "yamaha-dx7-rom2b.syx": [("Yamaha", None, None, None, None, "ok")],
    "roland-d50-editbuffer.syx":
        [("Roland", None, None, None, None, "ok")] * 7,
    "access-virusti-single.syx":
        [("Access", None, None, None, None, "ok")],
    "korg-m1-factory.mid": [("Korg", None, None, None, None, None)] * 2,
}


def dumps():
    try:
        names = sorted(os.listdir(h.DUMPS))
    except OSError:
        names = []
    names = [n for n in names if n.endswith((".syx", ".mid"))]
    if not names:
        h.no_dumps("no dumps at %s, see SXLIB_DUMPS" % h.DUMPS)
    return names


def load(name):
    with open(os.path.join(h.DUMPS, name), "rb") as file:
        return file.read()


def midi_messages(data):
    """The SysEx of a MIDI file of one track, without other events."""
    return [m for t in h.read_smf(data)[1] for _, m in t.sysex]


def messages(name):
    """The whole messages of a file, by the references."""
    if name.endswith(".mid"):
        return midi_messages(load(name))
    return [m for m, damage in h.frame(load(name)) if not damage]


@test("each is shown, and no byte of it is left out")
def _(room):
    for name in dumps():
        run = room.sxlib("show", "-j", os.path.join(h.DUMPS, name))
        equal(run.status in (0, 5), True, "exit status of " + name)
        found = run.json
        shown = [o for o in found if "stray" not in o]
        for obj in shown:
            h.facts(obj)
            check(obj["maker"], "a maker in " + name)
            check(obj["checksum"] != "bad", "a bad checksum in " + name)
        whole = [o for o in shown if not o["damaged"]]
        equal([o["bytes"] for o in whole],
              [len(m) for m in messages(name)], "messages of " + name)
        if name.endswith(".syx"):
            at = 0
            for obj in sorted(found, key=lambda o: o["offset"]):
                equal(obj["offset"], at, "offset in " + name)
                at += obj["bytes"]
            equal(at, len(load(name)), "bytes of " + name)
        equal(room.sxlib("show", os.path.join(h.DUMPS, name)).status,
              run.status, "exit status of " + name)


@test("known answers")
def _(room):
    names = dumps()
    keys = ("maker", "device", "kind", "slot", "name", "checksum")
    for name, want in KNOWN.items():
        if name not in names:
            h.no_dumps(name + " is not there")
        run = room.sxlib("show", "-j", os.path.join(h.DUMPS, name))
        equal(len(run.json), len(want), "messages of " + name)
        for obj, row in zip(run.json, want):
            for key, value in zip(keys, row):
                if value is not None:
                    got = obj[key]
                    if key == "maker":  # perhaps with its legal form
                        got = got[:len(value)]
                    equal(got, value, "%s of %s" % (key, name))
            if name.startswith("elektron"):
                equal(obj["trust"], "seen", "trust of " + name)


@test("show --grid: each sound inside banks once, whatever they are spread over")
def _(room):
    for name in dumps():
        path = os.path.join(h.DUMPS, name)
        inside = [s for o in room.sxlib("show", "-j", path).json
                  for s in o.get("sounds") or []]
        lines = [line for line in room.sxlib("show", "--grid", path).lines
                 if line.startswith("    ")
                 and not re.match(r" *\d+ +\d+  ", line)]
        cells = [cell for line in lines
                 for cell in re.split("  +", line.strip())[1:]
                 if cell not in (".", "")]
        if not any("  " in (s["name"] or "") for s in inside) and \
                not any("steps (" in line for line in lines):
            equal(len(cells), len(inside), "cells of " + name)
        check(len(inside) < 8 or len(lines) < len(inside),
              "%d lines for %d sounds of %s"
              % (len(lines), len(inside), name))


def round_trip(room, name):
    whole = messages(name)
    stream = b"".join(whole)
    out = name
    for suffix in (".syx", ".mid"):
        line = room.pty()
        path = out + suffix
        run = room.run("receive", "-p", line.port, "--all", "--split", "gap",
                       "--gap", "300", "-o", path).listening()
        line.feed(stream)
        line.taken()
        equal(run.stop(), 0, "exit status of receiving " + name)
        equal(run.lines, [path], "stdout")
        if suffix == ".syx":
            equal(room.read(path), stream, path)
        else:
            equal(midi_messages(room.read(path)), whole, path)
        h.send(room, room.pty().listen(), *FAST, "--force", path, want=stream)


for part in range(4):
    @test("received and sent back as .syx and through .mid, part %d"
          % (part + 1))
    def _(room, part=part):
        for name in dumps()[part::4]:
            round_trip(room, name)


def pairs(messages):
    """What a JX-8P and a DW-8000 store by a second message is one dump."""
    joined = []
    for data, damage in messages:
        if re.match(rb"\xf0(\x41\x34.\x21|\x42[\x30-\x3f]\x03\x11)", data,
                    re.S):
            joined[-1] = (joined[-1][0] + data, damage)
        else:
            joined.append((data, damage))
    return joined


@test("received as they are, junk and all, into a folder")
def _(room):
    for name in dumps():
        if name.endswith(".mid"):
            continue
        run = h.receive_stdin(room, load(name), "--split", "message", "--all",
                              out="out/%s/" % name[:-4])
        want = pairs(h.frame(load(name)))
        h.compare(room, run, want)
        equal(run.status, 5 if any(d for _, d in want) else 0,
              "exit status of " + name)


@test("as a unit sends it, each object and each pair is one dump by default")
def _(room):
    for name, count in (("roland-jx8p-bank.syx", 32),
                        ("korg-dw8000-bank.syx", 64),
                        ("elektron-rytm-7sounds.syx", 7),
                        ("yamaha-dx7-rom2b.syx", 1),
                        ("elektron-monomachine-kit+pattern.syx", 2)):
        if name not in dumps():
            h.no_dumps(name + " is not there")
        run = h.receive_stdin(room, load(name), out="out/%s/" % name[:-4])
        equal((run.status, len(run.lines)), (0, count), name)
        equal(b"".join(h.content(p, room) for p in run.lines), load(name),
              name)


if __name__ == "__main__":
    h.main()
