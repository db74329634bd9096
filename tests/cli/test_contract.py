#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""What docs/stability.md promises: exit statuses, JSON keys, names of files.

Its tables are read from the page. A row of JSON without a case here fails, and
so does a key that is on one side only.
"""
import os
import re
import signal

import harness as h
import voices
from harness import check, equal, match, test
from instrument import Instrument
from machinedrum_sim import Machinedrum
from sds_sim import Sampler
from sound_file import wav

ROOT = os.path.join(h.HERE, "../..")
SIM = "sim:alpha-base?first=0&rate=1000000"
KINDS = ("text", "number", "flag", "inner")
FAST = ("--rate", "1000000", "--delay", "0")


def rows(heading):
    """The cells of the table under a heading of the page."""
    with open(os.path.join(ROOT, "docs/stability.md"),
              encoding="utf-8") as file:
        part = file.read().split("\n## %s\n" % heading)[1].split("\n## ")[0]
    found = [[cell.strip() for cell in line.strip("|").split("|")]
             for line in re.findall(r"^\|.*\|$", part, re.M)]
    return found[2:]


def promised():
    """{row of the page: {key: kind}}, with those of a dump where it is one."""
    found = {}
    for name, *cells in rows("JSON"):
        keys = {key: kind for kind, cell in zip(KINDS, cells)
                for key in re.findall(r"`(\w+)`", cell)}
        if name.startswith("a dump in "):
            keys = dict(found["a dump"], **keys)
        found[name.split(":")[0].replace("`", "")] = keys
    return found


def kind_of(value):
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, (int, float)):
        return "number"
    return "text" if isinstance(value, str) else "inner"


def holds(keys, obj, what):
    equal(sorted(obj), sorted(keys), "keys of " + what)
    for key, value in obj.items():
        if value is not None:
            equal(kind_of(value), keys[key], "%s: type of %s" % (what, key))


class Case:
    """The objects of each row of the page, made by one room."""

    def __init__(self, room):
        self.room = room
        self.keys = promised()
        self.done = set()
        rng = room.random
        self.kit = room.write("kit.syx", h.md_kit(rng, 3, b"KIT"))
        self.other = room.write("other.syx", h.md_kit(rng, 3, b"OTHER"))
        self.bad = room.write("bad.syx", h.spoil(h.md_kit(rng, 4, b"BAD")))
        some = [voices.voice(rng, "V %d" % i) for i in range(32)]
        more = [voices.voice(rng, "W %d" % i) for i in range(32)]
        more[7] = some[1]
        self.bank = room.write("bank.syx", voices.bank(some))
        self.more = room.write("more.syx", voices.bank(more))
        self.stray = room.write("stray.syx", b"\x01\x02" + room.read("kit.syx"))
        self.wav = room.write("kick.wav", wav(range(100)))

    def __call__(self, row, *args, part=None, where=None, **more):
        """Run a command; each object that is meant holds to the row."""
        run = self.room.sxlib(*args, "--json", **more)
        return self.judge(row, run, part, where)

    def judge(self, row, run, part=None, where=None):
        found = [o for o in run.json if where is None or where(o)]
        if part:
            found = [inner for o in found for inner in (
                o[part] if isinstance(o[part], list) else [o[part]])]
        check(found, "%s: no object. %s" % (row, run.describe()))
        for obj in found:
            holds(self.keys[row], obj, row)
        self.done.add(row)
        return found


@test("docs/stability.md: dumps in JSON, by every command that has them")
def _(room):
    case = Case(room)
    dump = "a dump"
    case(dump, "receive", "-p", SIM, "-n", "1", "-o", "got/")
    case(dump, "request", "-p", "sim:machinedrum", "machinedrum", "kit", "1",
         "-o", "kits/")
    case(dump, "split", case.bank, "-o", "apart/")
    case(dump, "split", case.bank, "--split", "sound", "-o", "sounds/")
    case(dump, "join", case.kit, case.bank, "-o", "joined.syx")
    case(dump, "join", "--bank", case.bank + ":1-32", "-o", "new.syx")
    case(dump, "convert", case.kit, "kit.mid")
    case(dump, "rename", case.bank + ":1", "HELLO", "-o", "renamed.syx")
    case(dump, "send", "-p", SIM, *FAST, case.kit)
    case(dump, "send", "-p", SIM, "--dry-run", case.kit)
    case(dump, "list", case.kit, case.bank)
    line = room.pty()
    Sampler(line, {})
    case(dump, "sample", "send", "-p", line.port, "--rate", "max", "--slot",
         "1", case.wav)
    run = room.run("watch", "-p", SIM, "-o", "box/", "--json")
    check(run.has_lines(1), "watch keeps nothing")
    equal(run.stop(signal.SIGTERM), 0, "exit status of watch")
    case.judge(dump, run)


@test("docs/stability.md: the other objects in JSON, all rows of the page")
def _(room):
    case = Case(room)
    case.done.add("a dump")
    case("a dump in show", "show", case.bank)
    case("a sound in sounds of show", "show", case.bank, part="sounds")
    case("a dump in find and list --sounds", "find", "v 1", case.bank)
    case("a dump in find and list --sounds", "list", "--sounds", case.bank)
    case("a dump in verify", "verify", case.bad)
    case("a dump in duplicates", "duplicates", case.kit,
         room.write("copy.syx", room.read("kit.syx")))
    case("a dump in diff", "diff", case.kit, case.other)
    case("a run in diff", "diff", case.kit, case.other, part="runs")
    case("a sound in diff", "diff", case.bank + ":1", case.more + ":1")
    for side in "ab":
        case("a side of a sound in diff", "diff", case.bank + ":1",
             case.more + ":1", part=side)
    case("a sound in duplicates", "duplicates", case.bank, case.more,
         where=lambda o: "sound" in o)
    case("stray bytes in show", "show", case.stray,
         where=lambda o: "stray" in o)
    talk(room, case)
    live(room, case)
    recall(room, case)
    case("devices", "devices")
    page = os.path.join(ROOT, "src/instruments/korg-m1.conf")
    case("devices check", "devices", "check", page)
    case("devices check", "devices", "check", case.kit)
    case("ports", "ports", "--all")
    equal(sorted(set(case.keys) - case.done), [], "rows without a case")


def talk(room, case):
    line = room.pty()
    Machinedrum(line)
    case("a dump in send --verify", "send", "-p", line.port, "--verify",
         case.kit, where=lambda o: "verified" in o)
    reply = bytes.fromhex("f07e000602 3e 1300 0000") + b"1.24\xf7"
    line = room.pty()
    Instrument(line, lambda message: [reply])
    case("identify", "identify", "-p", line.port, "-t", "2")
    case("a dump in send --wait", "send", "-p", line.port, "--wait", "2",
         "--hex", "f0 7e 7f 06 01 f7", where=lambda o: "answer" in o)


def live(room, case):
    case("a dump in monitor", "monitor", "-p", "-", "--hex",
         stdin=b"\xf0\x7d\x01\xf7")
    case("anything else in monitor", "monitor", "-p", "-", "--hex",
         stdin=b"\xfa\x90\x40\x10\xb0\x07\x01\xc0\x02\xe0\x00\x41"
               b"\xf1\x00\xf2\x01\x01")
    case("record", "record", "-p", "-", "-o", "take.mid",
         stdin=b"\x90\x01\x02\xf0\x7d\xf7")
    case("play", "play", "--dry-run", "take.mid")
    case("play", "play", "-p", room.pty().listen().port, "take.mid")


def recall(room, case):
    room.write("stage.conf", b"[recall]\nnote 36 on 15 = kit.syx\n"
                             b"cc 21 on 15 = B0 07 40\n")
    case("recall --check", "recall", "--check", "stage.conf")
    case("recall --dry-run", "recall", "--dry-run", "--from", "-",
         "stage.conf", stdin=b"\x9e\x24\x64\xcf\x11\xbe\x15\x01")
    sequencer = room.pty()
    run = room.run("recall", "--from", sequencer.port, "--to",
                   room.pty().listen().port, "--rate", "max", "--delay", "0",
                   "--json", "stage.conf")
    run.listening()
    sequencer.feed(b"\x9e\x24\x64")
    check(run.has_lines(1), "nothing is recalled")
    run.stop(signal.SIGTERM)
    case.judge("recall", run)


# (status, command line). {kit} and so on are files of a Case.
STATUSES = [
    (0, "receive -p %s -n 1 -o a/" % SIM), (0, "show {kit}"),
    (0, "list {kit}"), (0, "find v {bank}"), (0, "verify {kit}"),
    (0, "diff {kit} {kit}"), (0, "duplicates {kit} {bank}"),
    (0, "split {kit} -o b/"), (0, "join {kit} -o c.syx"),
    (0, "convert {kit} d.mid"), (0, "devices"), (0, "ports"),
    (0, "send -p %s --dry-run {kit}" % SIM), (0, "recall --help"),
    (1, "receive -p %s -n 1 -o {kit}" % SIM),  # it exists
    (1, "send -p %s no-such-file.syx" % SIM),
    (1, "send -p %s {bad}" % SIM), (1, "play --dry-run no-such-file.mid"),
    (1, "show no-such-file.syx"), (1, "show {wav}"), (1, "verify {bad}"),
    (1, "list no-such-folder/"), (1, "find no-such-name {bank}"),
    (1, "diff {kit} {other}"), (1, "split no-such-file.syx -o e/"),
    (1, "join no-such-file.syx -o f.syx"), (1, "join {kit} -o {other}"),
    (1, "convert {kit} {other}"), (1, "recall --check no-such-map.conf"),
    (1, "rename {bank}:1 HELLO -o {other}"),
    (2, ""), (2, "no-such-command"), (2, "receive --no-such-option"),
    (2, "receive -n none"), (2, "send"), (2, "request -p %s" % SIM),
    (2, "recall"), (2, "show"), (2, "diff {kit}"), (2, "find"),
    (2, "convert {kit}"), (2, "join {kit}"), (2, "split"), (2, "rename {kit}"),
    (2, "list --since yesterday-ish"), (2, "monitor --only no-such-event"),
    (2, "play"), (2, "record --timeout -1"), (2, "sample"),
    (2, "watch --max-dump none"), (2, "devices no-such-word"),
    (3, "receive -p - -o g/"), (3, "receive -p - -n 2 -o g/"),
    (3, "list empty/"), (3, "verify empty/"), (3, "send -p %s empty/" % SIM),
    (3, "identify -p %s -t 0.2" % SIM),
    (4, "receive -p no-such-port -o i/"), (4, "send -p no-such-port {kit}"),
    (4, "record -p no-such-port -o j.mid"), (4, "monitor -p no-such-port"),
    (4, "identify -p no-such-port"), (4, "play -p no-such-port {mid}"),
    (4, "request -p no-such-port machinedrum kit 1 -o k/"),
]
DAMAGED = [
    ("receive -p - -o l/", b"\xf0\x7d\x01\x02"),
    ("receive -p - -n 1 -o m/", b"\xf0\x7d\x90\xf0\x7d\xf7"),
    ("monitor -p -", b"\xf0\x7d\x01\x02"),
    ("record -p - -o n.mid", b"\xf0\x7d\x01\x02"),
]


@test("docs/stability.md: every exit status, by the commands that have it")
def _(room):
    case = Case(room)
    os.makedirs(room.path("empty"))
    files = dict(vars(case), mid=room.write("take.mid", h.smf(
        h.event(0, b"\x90\x40\x10") + h.END, fmt=0)))
    seen = set()
    for status, line in STATUSES:
        run = room.sxlib(*line.format(**files).split(), stdin=b"")
        equal(run.status, status, "sxlib %s: exit status" % line)
        seen.add(str(status))
    for line, data in DAMAGED:
        run = room.sxlib(*line.split(), stdin=data)
        equal(run.status, 5, "sxlib %s: exit status" % line)
        seen.add("5")
    run = room.run("receive", "-p", room.pty().port, "-n", "1")
    run.listening()
    run.send_signal(signal.SIGINT)
    equal(run.end(), -signal.SIGINT, "status after Ctrl-C")
    seen.add("128+n")
    equal(sorted(seen), sorted(row[0] for row in rows("Exit statuses")),
          "statuses of the page")


@test("docs/stability.md: where several statuses apply, the first of 2, 1, 4, "
      "5, 3")
def _(room):
    for status, args, data in (
            (2, ("receive", "-p", "no-such-port", "--no-such-option"), b""),
            (1, ("receive", "-p", "no-such-port", "-o",
                 room.write("there.syx", b"x")), b""),
            (5, ("receive", "-p", "-", "-n", "2", "-o", "a/"),
             b"\xf0\x7d\x01\x02")):
        run = room.sxlib(*args, stdin=data)
        equal(run.status, status, "%s: exit status" % " ".join(args))


@test("docs/stability.md: the names of files, and lines of paths")
def _(room):
    name = h.NAME_TIME + r"-jomox-alpha-base-pattern\.syx$"
    run = room.sxlib("receive", "-p", SIM, "-n", "1", "-o", "a/")
    match("^a/" + name, run.lines[0], "default name", 0)
    equal(list(room.files("a")), [run.lines[0][2:]], "files in a/")
    dump = room.read(run.lines[0])
    for _ in range(2):
        run = room.sxlib("receive", "-p", "-", "-n", "1", "-o", "b/",
                         "--name", "it", stdin=dump)
    equal(room.files("b"), {"it.syx": dump, "it-2.syx": dump}, "the same name")
    run = room.sxlib("receive", "-p", "-", "-o", "b/", "--name", "it",
                     stdin=dump[:-1])
    equal(run.lines, ["b/it.damaged.syx"], "a damaged one")
    equal(room.read("b/it.damaged.syx"), dump[:-1], "as it arrived")
    room.sxlib("receive", "-p", "-", "-n", "2", "-o", "c/", "--format", "mid",
               "--name", "pattern{n:02}", stdin=dump + dump)
    equal(sorted(room.files("c")), ["pattern01.mid", "pattern02.mid"], "mid")
    run = room.run("watch", "-p", SIM, "-o", "d")
    check(run.has_lines(1), "watch keeps nothing")
    run.stop(signal.SIGTERM)
    match(r"^d/[^/]+/000001-" + name, run.lines[0], "a name of watch", 0)
    run = room.sxlib("join", "a", "-o", "e.syx")
    equal(run.lines, ["e.syx"], "what join prints")


if __name__ == "__main__":
    h.main()
