#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The README and the manual: their commands run, their options exist.

The commands are run as they are printed, by sh. Only what is not there is
stood in for: an instrument on hw:1 or a serial line by a simulated one, Ctrl-C
after the first file by a SIGINT, the other machine of ssh by this one, and
make and sudo make by a dry run.
"""
import os
import re
import shutil
import signal
import subprocess
import sys

import harness as h
import voices
from harness import check, equal, test
from machinedrum_sim import Machinedrum
from sds_sim import Sample, Sampler
from sound_file import wav

ROOT = os.path.join(h.HERE, "../..")
COMMANDS = ("ports", "receive", "send", "identify", "request", "sample", "record", "play",
            "recall", "watch", "monitor", "show", "list", "find", "verify", "diff", "duplicates", "split",
            "join", "rename", "convert", "devices")
COMMON = {("", "color"), ("h", "help"), ("j", "json")}
INSTRUMENT = "sim:alpha-base?first=0.01&rate=1000000&interval="
STAND_INS = {
    "sxlib": 'exec "$PYTHON" "$TEST_DOCS" --stand-in "$@"',
    "make": 'unset MAKEFLAGS MAKELEVEL MFLAGS\n'
            'PATH=${PATH#*:} exec make -n -C "$ROOT" "$@" >&2',
    "sudo": 'exec "$@"',
    "ssh": 'shift && exec sh -c "$*"',
}


def mbrane(args):
    """An MBrane 11 on its port, which dumps its presets, each twice."""
    dumps = [bytes.fromhex("f0317f610555") + bytes([slot]) + bytes([90] * 60)
             + b"\xf7" for slot in range(4)]
    args[args.index("mbrane")] = "-"
    run = subprocess.run([h.SXLIB] + args + ["--split", "message"],
                         input=b"".join(d + d for d in dumps), check=False)
    sys.exit(run.returncode)


def machinedrum(args):
    """A Machinedrum on its port, which can be asked."""
    line = h.Pty()
    Machinedrum(line)
    args[args.index("hw:1")] = line.port
    run = subprocess.run([h.SXLIB] + args + ["--delay", "0"], check=False)
    sys.exit(run.returncode)


def sampler(args):
    """A sampler on its port, with a sample of its own in slot 5."""
    line = h.Pty()
    Sampler(line, {5: Sample(range(-200, 200))})
    args[args.index("hw:1")] = line.port
    run = subprocess.run([h.SXLIB] + args + ["--rate", "max"], check=False)
    sys.exit(run.returncode)


def stand_in(args):
    """sxlib with an instrument on its ports, and a user who ends it."""
    port = next((args[i + 1] for i, arg in enumerate(args)
                 if arg in ("-p", "--port")), "")
    endless = args[:1] == ["receive"] and port != "-" and not (
        {"-n", "--count"} & set(args))
    # One dump is all that comes before Ctrl-C: it cannot cut the next.
    instrument = INSTRUMENT + (
        "3600" if endless or args[:1] == ["record"] else "0.05") + (
        "&twice" if "--twice" in args else "")
    if port == "mbrane" and args[0] == "receive":
        mbrane(args)
    if args[:1] == ["request"] and port == "hw:1":
        machinedrum(args)
    if args[:1] == ["watch"]:
        endless = True
        args += ["--port", INSTRUMENT + "3600"]
    if args[:1] == ["sample"] and port == "hw:1":
        sampler(args)
    if "--snapshot" in args:
        args[args.index(port)] = "-"
        run = subprocess.run([h.SXLIB] + args, check=False,
                             input=b"\xb0\x5a\x01\xb0\x5b\x2d\xb0\x6d\x10")
        sys.exit(run.returncode)
    if re.match("hw:|tty:|mbrane|unit", port):
        args[args.index(port)] = instrument
    if args[:1] == ["record"]:
        args += ["--timeout", "0.5"]
    if args[:1] in (["send"], ["play"]) and "--rate" not in args:
        args += ["--rate", "1000000", "--delay", "0"]
    if not endless:
        os.execv(h.SXLIB, ["sxlib"] + args)
    run = subprocess.Popen([h.SXLIB] + args, stdout=subprocess.PIPE)
    for line in run.stdout:
        os.write(1, line)
        run.send_signal(signal.SIGINT)
    sys.exit(run.wait())


def read(name):
    with open(os.path.join(ROOT, name), encoding="utf-8") as file:
        return file.read()


def run_all(room, blocks):
    """Run pieces of shell one after the other in one folder."""
    for name, line in STAND_INS.items():
        os.chmod(room.write("bin/" + name,
                            ("#!/bin/sh\n%s\n" % line).encode()), 0o755)
    os.makedirs(room.path("home"), exist_ok=True)
    env = dict(os.environ, PATH="%s:%s" % (room.path("bin"),
                                           os.environ["PATH"]),
               HOME=room.dir, PYTHON=sys.executable, ROOT=ROOT,
               TEST_DOCS=os.path.abspath(__file__), SXLIB=h.SXLIB)
    env.pop("SXLIB_PORT", None)
    env.pop("XDG_CONFIG_HOME", None)
    for block in blocks:
        done = subprocess.run(
            ["sh", "-eu", "-c", block], env=env, cwd=room.path("home"),
            input=b"\n" * 64, timeout=h.LIMIT, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        equal(done.returncode, 0, "exit status of:\n%s\nwhich says:\n%s\n" % (
            block, done.stdout.decode("utf-8", "replace")[-2000:]))
    found = room.files("home")
    equal([n for n in found if n.endswith((".part", ".damaged.syx"))], [],
          "parts and damaged dumps")
    return found


def numbered(folder, n):
    return ["%s/pattern%02d.syx" % (folder, i) for i in range(1, n + 1)]


def in_folder(found, folder):
    return sorted(n for n in found if os.path.dirname(n) == folder)


@test("README.md: each of its commands runs and does what is said")
def _(room):
    blocks = re.findall(r"^```sh\n(.*?)^```$", read("README.md"), re.M | re.S)
    check(len(blocks) >= 8, "only %d blocks of sh" % len(blocks))
    room.write("home/kick.wav", wav(range(100)))
    for name in ("rom1a", "rom2b"):
        room.write("home/%s.syx" % name, voices.bank(
            [voices.voice(room.random, name) for _ in range(32)]))
    found = run_all(room, blocks)
    equal(len(in_folder(found, "mbrane")), 1, "files in mbrane/")
    equal(found["back.wav"], wav(range(-200, 200)), "back.wav")
    check(b"DEEP BASS" in found["newer.syx"], "a renamed sound")
    equal(in_folder(found, "patterns"), numbered("patterns", 16), "-n 16")
    equal(in_folder(found, "loop"), numbered("loop", 16), "the loop")
    equal(len(in_folder(found, "proven")), 4, "files in proven/")
    equal(len(in_folder(found, "machinedrum")), 8 + 64 + 128 + 32,
          "files in machinedrum/")
    equal([found[n] for n in in_folder(found, "copy")], [found["kick.syx"]],
          "what went through the pipe")
    check(found["kick.syx"].startswith(b"\xf0\x31\x7f"), "kick.syx")


def dx7_bank(names):
    """32 voices of a DX7, after its manual, of which some have names."""
    data = b"".join(bytes(118) + names.get(n, b"INIT").ljust(10)[:10]
                    for n in range(1, 33))
    return (b"\xf0\x43\x00\x09\x20\x00" + data
            + bytes([-sum(data) & 127, 0xF7]))


@test("docs/librarian.md: each of its commands runs and does what is said")
def _(room):
    rng = room.random
    room.write("home/unknown/BANK1.SYX.syx", h.md_pattern(rng, 17)
               + h.md_kit(rng, 3, b"DEEP"))
    room.write("home/unknown/old/untitled-7.syx", h.spoil(
        h.md_kit(rng, 4, b"K")))
    room.write("home/unknown/b.syx", bytes(128) + h.jomox(rng, 200))
    room.write("home/banks/ROM1A.SYX.syx", dx7_bank(
        {15: b"BASS    1 ", 16: b"BASS    2 "}))
    room.write("home/banks/untitled-7.syx", dx7_bank(
        {n: b"SYN-BASS %d" % (n - 2) for n in range(3, 12)}))
    blocks = re.findall(r"^```sh\n(.*?)^```$", read("docs/librarian.md"),
                        re.M | re.S)
    check(len(blocks) >= 10, "only %d blocks of sh" % len(blocks))
    found = run_all(room, blocks)
    check({"library/elektron/machinedrum/patternB02.syx",
           "library/elektron/machinedrum/kit4-DEEP.syx",
           "library/jomox/alpha-base/pattern.syx",
           "unknown-done/b.syx"} <= set(found), "library: %s" % sorted(found))
    equal(in_folder(found, "mbrane"), [
        "mbrane/mbrane-11-preset%s.syx" % s
        for s in ("1-2", "1", "2", "3", "4")], "mbrane/")
    shown = re.search(r"^banks/ROM1A.*?^```$", read("docs/librarian.md"),
                      re.M | re.S).group().splitlines()[:-1]
    run = room.sxlib("find", "bass", "banks", cwd=room.path("home"))
    equal(run.lines[:3], shown, "the basses")
    equal([s["name"] for s in room.sxlib(
        "show", "-j", room.path("home/basses.syx")).json[0]["sounds"][:9]],
          ["BASS    1", "BASS    2"] + ["SYN-BASS %d" % n for n in range(1, 7)]
          + ["INIT"], "basses.syx")
    equal(found["basses.txt"].decode().splitlines(),
          [line.split("  ")[0] for line in run.lines[:8]], "basses.txt")
    equal(sorted(n for n in found if n.startswith("basses/"))[:9],
          ["basses/%s.syx" % n for n in (
              "01-DEEP-BASS", "02-BASS-2", "03-SYN-BASS-1", "04-SYN-BASS-2",
              "05-SYN-BASS-3", "06-SYN-BASS-4", "07-SYN-BASS-5",
              "08-SYN-BASS-6", "09-INIT")], "basses/")
    check("basses-3.syx" not in found, "a name too long")
    text = room.read(".config/sxlib/devices.conf").decode()
    check("\n\n" + text in read("docs/librarian.md"), "the row is the one "
          "that is shown")


def example_8(bank, program, name):
    """A preset of the synth in the tutorial of docs/instruments.md."""
    data = (bytes([0x80, 0x81]) + name.ljust(12) + bytes(range(200, 218)))
    body = bytes([bank, program]) + packed(data)
    return b"\xf0\x7d\x12\x00\x40" + body + bytes([sum(body) & 127]) + b"\xf7"


@test("docs/instruments.md: the commands of its tutorial run")
def _(room):
    room.write("home/first.syx", example_8(0, 0, b"BRASS 1"))
    room.write("home/second.syx", example_8(1, 17, b"Slow Strings"))
    text = read("docs/instruments.md").split("## Reference")[0]
    blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.M | re.S)
    check(len(blocks) >= 4, "only %d blocks of sh" % len(blocks))
    run_all(room, blocks)
    page = room.path(".config/sxlib/instruments/example-8.conf")
    run = room.sxlib("devices", "check", page)
    equal((run.status, run.lines),
          (0, ["%s: ok: 1 instrument, 2 examples" % page]), "the page")
    obj = room.sxlib("show", "--json", "home/second.syx").json[0]
    equal((obj["device"], obj["slot_text"], obj["name"], obj["checksum"]),
          ("Example 8", "B17", "Slow Strings", "ok"), "show")
    for line in re.findall(r"^(?:first|second)\.syx +0 .*", text, re.M):
        check(line.split() in [
            found.split() for found in
            room.sxlib("show", "first.syx", "second.syx",
                       cwd=room.path("home")).lines], "shown: " + line)


def packed(data):
    """8in7, the high bit of the first byte highest."""
    groups = [data[i:i + 7] for i in range(0, len(data), 7)]
    return b"".join(bytes([sum((b >> 7) << (6 - k)
                               for k, b in enumerate(group))] +
                          [b & 127 for b in group]) for group in groups)


@test("docs/instruments.md: its bank, and its dump with a store behind")
def _(room):
    text = read("docs/instruments.md").split("## Reference")[0]
    bank, pair = re.findall(r"^```text\n(\[:.*?)^```$", text, re.M | re.S)
    head = "[Example 8]\nmask = F0 7D 12 0?\nchecksum = none\n\n"
    room.write(".config/sxlib/instruments/bank.conf", (
        head + bank + "\n[:preset]\nmatch = @4 40\n").encode())
    sounds = b"".join(b"\x80\x81" + (b"SOUND %d" % i).ljust(12) + bytes(18)
                      for i in range(100))
    one = room.write("bank.syx", b"\xf0\x7d\x12\x00\x41\x01" +
                     packed(sounds) + b"\x00\xf7")
    found = room.sxlib("show", "--json", one).json[0]
    equal([(s["slot_text"], s["name"]) for s in found["sounds"]],
          [("%02d" % i, "SOUND %d" % i) for i in range(100)], "the bank")
    room.write(".config/sxlib/instruments/bank.conf", (head + pair).encode())
    two = room.write("pair.syx", b"\xf0\x7d\x12\x00\x42\x00\x00" +
                     b"SLOW STRINGS\xf7\xf0\x7d\x12\x00\x43\x01\x11\xf7")
    row, = room.sxlib("list", "--json", two).json
    equal((row["kind"], row["slot_text"], row["name"]),
          ("preset", "B17", "SLOW STRINGS"), "the pair")


@test("docs/octatrack.md: its commands run, and its maps are right")
def _(room):
    text = read("docs/octatrack.md")
    found = run_all(room, re.findall(r"^```sh\n(.*?)^```$", text, re.M | re.S))
    equal(in_folder(found, "patterns"), numbered("patterns", 16),
          "patterns/")
    blocks = re.findall(r"^```text\n(.*?)^```$", text, re.M | re.S)
    maps = [block for block in blocks if block.startswith("; stage.conf")]
    equal(len(maps), 3, "maps")
    for i in range(36, 52):
        room.write("home/patterns/pattern%d.syx" % i, h.jomox(room.random))
    room.sxlib("record", "--snapshot", "-p", "-", "-o", "home/kick.mid",
               stdin=b"\xb0\x5a\x01")
    for block in maps:
        room.write("home/stage.conf", block.encode())
        run = room.sxlib("recall", "--check", "stage.conf",
                         cwd=room.path("home"))
        equal(run.status, 0, "exit status of the map:\n" + block)
    ports = [block for block in blocks if block.startswith("[sequencer]")]
    for block in ports:
        room.write(".config/sxlib/ports.conf", block.encode())
        run = room.sxlib("ports", "--all", "--json")
        check({"sequencer", "unit"} <= {
            name for o in run.json for name in o.get("called") or []},
            "names: " + run.out.decode())


def examples():
    """The lines of EXAMPLES that have a prompt, as they are shown."""
    part = read("docs/sxlib.1").split(".Sh EXAMPLES\n")[1].split("\n.Sh ")[0]
    return [line.replace("\\-", "-").replace("\\e", "\\")
            for line in re.findall(r"^\.Dl \$ (.*)$", part, re.M)]


@test("sxlib.1: each of its examples runs")
def _(room):
    room.write("home/kick.wav", wav(range(100)))
    for name in ("rom1a", "rom2b"):
        room.write("home/%s.syx" % name, voices.bank(
            [voices.voice(room.random, name) for _ in range(32)]))
    found = run_all(room, examples())
    check(set(numbered("mbrane", 16)) <= set(found), "mbrane/pattern01..16")
    division, tracks = h.read_smf(found["evening.mid"])
    equal((division, len(tracks)), (500, 4), "evening.mid")
    check(found["one.syx"].startswith(b"\xf0\x31\x7f"), "one.syx")


def help_options(room, command):
    text = room.sxlib(command, "--help").out.decode()
    return set(re.findall(r"^  (?:-(\w), |    )--([a-z-]+)", text, re.M))


def manual_options():
    """{heading: {(short, long)}} of the tagged lists of options."""
    parts = re.split(r"^\.Ss (.*)\n", read("docs/sxlib.1"), flags=re.M)[1:]
    found = {}
    for name, text in zip(parts[::2], parts[1::2]):
        found[name] = set()
        for line in re.findall(r"^\.It (Fl .*)$", text, re.M):
            short = re.match(r"Fl (\w) , ", line)
            found[name].add((short.group(1) if short else "",
                             re.search(r"Fl -([a-z-]+)", line).group(1)))
    return found


@test("sxlib.1 has the options of --help, and no others")
def _(room):
    manual = manual_options()
    equal(manual.pop("Every command"), COMMON, "those of every command")
    equal(sorted(manual), sorted(COMMANDS), "commands")
    for command in COMMANDS:
        equal(sorted(manual[command] | COMMON),
              sorted(help_options(room, command)), "options of " + command)


@test("README.md names no option that does not exist")
def _(room):
    known = {"help", "version"}
    for command in COMMANDS:
        known |= {name for _, name in help_options(room, command)}
    named = set(re.findall(r"(?<![\w-])--([a-z][a-z-]*)", read("README.md")))
    equal(sorted(named - known), [], "unknown options")


@test("sxlib.1 has the keys of --json, and no others")
def _(room):
    text = read("docs/sxlib.1").split(".Sh JSON\n")[1].split("\n.Sh ")[0]
    parts = text.split("The keys of\n.Cm ")
    keys = {}
    for part in parts:
        name = part.split()[0] if keys else "all"
        keys[name] = set(re.findall(r"\bLi (\w+)", "\n".join(
            re.findall(r"^\.It .*$", part, re.M))))
        if "\nbesides these" in part:
            keys[name] |= keys["all"]
    path = room.write("x.syx", h.spoil(h.md_kit(room.random, 3, b"KIT")))
    other = room.write("y.syx", h.md_kit(room.random, 3, b"KIT"))
    for args in [("show", path), ("diff", path, other), ("find", "kit", path),
                 ("duplicates", path, room.write("z.syx", room.read("x.syx"))),
                 ("ports", "--all"), ("devices",),
                 ("verify", path)]:
        found = room.sxlib(*args, "--json").json[0]
        equal(sorted(keys[args[0]]), sorted(found), "keys of " + args[0])
    found = room.sxlib("record", "-p", "-", "-o", "a.mid", "--json",
                       stdin=b"\x90\x01\x02")
    equal(sorted(keys["record"]), sorted(found.json[0]), "keys of record")
    found = room.sxlib("play", "--dry-run", "--json", "a.mid")
    equal(sorted(keys["play"]), sorted(found.json[0]), "keys of play")
    found = room.sxlib("monitor", "-p", "-", "--json", stdin=b"\xfa\xf0\xf7")
    start, sysex = found.json
    equal(sorted(keys["monitor"]), sorted(start), "keys of monitor")
    equal(sorted(h.FACTS + ["event", "hex"]), sorted(sysex), "of its SysEx")
    for kind in h.KINDS:
        h.match(r"^\.Cm .*\b%s\b" % kind, text, "kinds", re.M)


@test("docs/devices.md is what `make devices-page` makes")
def _(room):
    del room
    done = subprocess.run(
        [os.path.join(ROOT, "tests/devices_page.py"), h.SXLIB],
        stdout=subprocess.PIPE, check=True)
    check(done.stdout.decode() == read("docs/devices.md"),
          "it is not: run `make devices-page`")


@test("README.md and sxlib.1 have the same exit statuses")
def _(room):
    text = read("docs/sxlib.1").split(".Sh EXIT STATUS\n")[1]
    equal(re.findall(r"^\.It (\d)$", text.split(".Sh ")[0], re.M),
          re.findall(r"^\| (\d) \|", read("README.md"), re.M), "statuses")


@test("the program, the changelogs and the packaging have one version")
def _(room):
    version = re.search(r"^VERSION +:= (.*)$", read("Makefile"), re.M).group(1)
    equal(room.sxlib("--version").lines, ["sxlib " + version], "--version")
    for page, pattern in (
            ("docs/CHANGELOG.md", r"^## ([0-9.]+) \(\d{4}-\d\d-\d\d\)$"),
            ("docs/debian/changelog", r"^sxlib \(([0-9.]+)-\d+\) "),
            ("docs/packaging/PKGBUILD", r"^pkgver=(.*)$")):
        equal(re.search(pattern, read(page), re.M).group(1), version, page)
    check("../../Makefile" in read("docs/packaging/default.nix"),
          "default.nix does not ask the Makefile")


@test("the pages link to files that exist")
def _(room):
    pages = ["README.md"] + sorted(
        "docs/" + n for n in os.listdir(os.path.join(ROOT, "docs"))
        if n.endswith(".md"))
    for page in pages:
        for link in re.findall(r"\]\(([^):#]+)\)", read(page)):
            check(os.path.exists(os.path.join(ROOT, os.path.dirname(page),
                                              link)),
                  "%s links to %s" % (page, link))


@test("sxlib.1 is clean under mandoc -Tlint -Wwarning")
def _(room):
    if not shutil.which("mandoc"):
        raise h.Skip("no mandoc")
    done = subprocess.run(
        ["mandoc", "-Tlint", "-Wwarning", "docs/sxlib.1"], cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    equal((done.returncode, done.stdout.decode()), (0, ""), "mandoc")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--stand-in"]:
        stand_in(sys.argv[2:])
    h.main()
