#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""What people see on terminals of 40, 80 and 120 columns, and colours.

The captures are tests/cli/golden/NAME-COLUMNS.txt. When a change of them is
meant, SXLIB_GOLDEN=renew writes them anew: look at the difference."""
import os
import random
import re

import harness as h
import voices
from harness import check, equal, match, test

GOLDEN = os.path.join(h.HERE, "golden")
WIDTHS = (40, 80, 120)
TIME = 1763788530


def collection(room):
    """Files whose bytes, names and times are always the same."""
    rng = random.Random(26)
    names = ["BRASS   1", "E.PIANO 1", "SYN-LEAD 1", "CALIOPE"] * 8
    room.write("lib/rom1a.syx",
               voices.bank([voices.voice(rng, name) for name in names]))
    room.write("lib/kits.syx", h.md_kit(rng, 3, b"DEEP TECHNO KIT")
               + h.md_kit(rng, 9, b"OTHER"))
    room.write("lib/a folder with a long name/and another below it/kit.syx",
               h.md_kit(rng, 3, b"DEEP TECHNO KIT"))
    room.write("lib/bad.syx", h.spoil(h.md_kit(rng, 4, b"BROKEN")))
    room.write("lib/pattern.syx", h.md_pattern(rng, 17))
    room.write("lib/cut.damaged.syx", b"\xf0\x31\x7f\x01\x02")
    room.write("lib/日本語の音色.syx", h.md_kit(rng, 5, b"WIDE NAME"))
    room.write("other.syx", h.md_kit(rng, 3, b"DEEP TECHNO KIT")
               + h.md_kit(rng, 9, b"OTHER"))
    room.write("small.syx", b"\xf0\x7e\x7f\x06\x01\xf7" * 2 +
               b"\xf0\x43\x10\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\xf7")
    room.write("steps.syx", h.md_steps(
        rng, 17, [range(0, 64, n + 1) for n in range(16)], 64, long=True))
    room.write("map", b"[recall]\ncount-from = 1\nprogram 1 on 16 = "
               b"lib/kits.syx\nnote C2 on 15 = lib/rom1a.syx\n")
    for folder, _, files in os.walk(room.dir):
        for n, name in enumerate(sorted(files)):
            os.utime(os.path.join(folder, name), (TIME + n, TIME + n))


CASES = [
    # name, exit status, command line
    ("help", 0, "help"),
    ("help-list", 0, "list --help"),
    ("help-receive", 0, "help receive"),
    ("list", 0, "list --sort file lib"),
    ("list-sounds", 0, "list --sounds --sort file lib"),
    ("find", 0, "find piano lib"),
    ("show", 0, "show lib/rom1a.syx"),
    ("show-several", 0, "show lib/kits.syx lib/bad.syx lib/cut.damaged.syx"),
    ("show-hex", 0, "show --hex small.syx"),
    ("show-grid", 0, "show --grid lib/rom1a.syx"),
    ("show-steps", 0, "show --grid steps.syx"),
    ("verify", 1, "verify lib"),
    ("diff", 1, "diff lib/kits.syx other.syx"),
    ("diff-sounds", 1, "diff lib/rom1a.syx:1 lib/rom1a.syx:2"),
    ("duplicates", 0, "duplicates lib"),
    ("devices", 0, "devices"),
    ("identify", 3, "identify -p sim:machinedrum"),
    ("recall", 0, "recall --check --to sim:alpha-base --from - map"),
    ("command", 2, "lsit"),
    ("option", 2, "list --sonds"),
    ("missing", 1, "show lib/nothing-of-this-name.syx"),
    ("send", 1, "send -p sim:alpha-base --dry-run lib"),
]


def capture(room, columns, status, line):
    shown = h.on_terminal(room, columns, *line.split(), status=status,
                          both=True, env={"TERM": "xterm", "NO_COLOR": "1"})
    # The progress line makes way for each message.
    shown = [text.split("\r\x1b[K")[-1] for text in shown][:60]
    check(not any("\x1b" in text for text in shown), "no colours")
    return [text.replace(room.dir, "ROOM") for text in shown]


def columns_of(text):
    return sum(2 if "\u2e80" <= c <= "\ua4cf" else 1 for c in text)


for case in CASES:
    def one(room, name=case[0], status=case[1], line=case[2]):
        collection(room)
        for columns in WIDTHS:
            shown = capture(room, columns, status, line)
            for text in shown:
                equal(text, text.rstrip() if columns_of(text) > columns
                      else text, "blanks at the end")
                # What is too wide is one word, to be copied.
                check(columns_of(text) <= columns or " " not in text.strip()
                      or "lib/a folder" in text or text[:8] == "  sxlib ",
                      "%d columns: %r" % (columns, text))
            path = os.path.join(GOLDEN, "%s-%d.txt" % (name, columns))
            text = "".join(t.rstrip() + "\n" for t in shown)
            if os.environ.get("SXLIB_GOLDEN") == "renew":
                os.makedirs(GOLDEN, exist_ok=True)
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text)
            with open(path, encoding="utf-8") as file:
                want = file.read()
            if text != want:
                raise h.Failure("%s differs; SXLIB_GOLDEN=renew writes it "
                                "anew:\n%s" % (path, text))

    test("golden: sxlib " + case[2])(one)


@test("in a pipe nothing is cut or wrapped")
def _(room):
    collection(room)
    for line in ("list --sort file lib", "list --help", "verify lib",
                 "show lib/kits.syx lib/bad.syx", "devices", "help receive",
                 "diff lib/kits.syx other.syx"):
        wide = h.on_terminal(room, 1000, *line.split(),
                             env={"TERM": "dumb"},
                             status=1 if line.startswith(("verify", "diff"))
                             else 0)
        run = room.run(*line.split())
        run.end()
        equal([t.rstrip() for t in run.out.decode().splitlines()],
              [t.rstrip() for t in wide], line)


def is_coloured(room, *args, env=None, terminal=True):
    env = dict({"TERM": "xterm"}, **(env or {}))
    if terminal:
        shown = "\n".join(h.on_terminal(room, 80, *args, status=1, env=env))
    else:
        run = room.run(*args, env=env)
        equal(run.end(), 1, "exit status")
        shown = run.out.decode()
    return "\x1b[" in shown


@test("--color, NO_COLOR, CLICOLOR_FORCE, CLICOLOR and TERM")
def _(room):
    collection(room)
    diff = ("diff", "lib/kits.syx", "other.syx")
    for args, env, on_terminal, in_pipe in (
            ((), {}, True, False),
            (("--color", "auto"), {}, True, False),
            (("--color=always",), {}, True, True),
            (("--color=never",), {}, False, False),
            ((), {"NO_COLOR": "1"}, False, False),
            ((), {"NO_COLOR": ""}, True, False),
            (("--color=always",), {"NO_COLOR": "1"}, True, True),
            ((), {"TERM": "dumb"}, False, False),
            (("--color=always",), {"TERM": "dumb"}, True, True),
            ((), {"CLICOLOR_FORCE": "1"}, True, True),
            ((), {"CLICOLOR_FORCE": "0"}, True, False),
            ((), {"CLICOLOR_FORCE": ""}, True, False),
            ((), {"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, False, False),
            ((), {"CLICOLOR_FORCE": "1", "TERM": "dumb"}, True, True),
            (("--color=never",), {"CLICOLOR_FORCE": "1"}, False, False),
            ((), {"CLICOLOR": "0"}, False, False),
            (("--json",), {"CLICOLOR_FORCE": "1"}, False, False)):
        what = "%s %s" % (args, env)
        equal(is_coloured(room, *diff, *args, env=env), on_terminal,
              "on a terminal: " + what)
        equal(is_coloured(room, *diff, *args, env=env, terminal=False),
              in_pipe, "in a pipe: " + what)
    run = room.sxlib("diff", "--color", "green", "a", "b")
    equal(run.status, 2, "exit status")
    match("--color 'green': expected one of: auto always never", run.err,
          "stderr")


RED, PLAIN = "\x1b[31m", "\x1b[0m"


@test("damage is red, and nothing else is")
def _(room):
    collection(room)
    for status, line, red in (
            (0, "list --sort file lib", ["bad", "DAMAGED"]),
            (0, "show lib/kits.syx lib/bad.syx", ["bad"]),
            (0, "show lib/cut.damaged.syx", ["DAMAGED: end of input"]),
            (0, "list --sort file lib/kits.syx", []),
            (1, "verify lib/bad.syx", ["lib/bad.syx: offset 0: message 1 "
                                       "(Elektron, Machinedrum, kit 5, "
                                       "\"BROKEN\", 1233 bytes): wrong"])):
        run = room.sxlib(*line.split(), "--color=always")
        equal(run.status, status, line)
        text = run.out.decode()
        found = re.findall(r"\x1b\[31m(.*?)\x1b\[0m", text)
        equal([f[:len(r)] for f, r in zip(found, red)] + found[len(red):], red,
              "what is red: " + line)
        equal(text.count("\x1b"), 2 * len(red), "colours: " + line)
        plain = room.sxlib(*line.split(), "--color=never").out.decode()
        equal(re.sub(r"\x1b\[\d*m", "", text), plain, "the same text")
    run = room.run("receive", "-p", "-", "-o", "in/", "--color=always",
                   stdin=b"\xf0\x31\x7f\x01\x02\xf7\xf0\x31\x7f\x01")
    equal(run.end(), 5, "exit status")
    red = re.findall(r"\x1b\[31m(.*?)\x1b\[0m", run.err)
    equal(len(red), 1, "red lines")
    match("DAMAGED: end of input", red[0], "the damaged dump")


@test("an unknown width is 80; a dumb terminal has no progress line")
def _(room):
    collection(room)
    equal(h.on_terminal(room, 0, "list", "--help"),
          h.on_terminal(room, 80, "list", "--help"), "without a width")
    for term, drawn in (("xterm", True), ("dumb", False)):
        shown = h.on_terminal(
            room, 80, "request", "-p", "sim:machinedrum", "-o", term + "/",
            "machinedrum", "pattern", "A01-A03", both=True,
            env={"TERM": term})
        equal("\x1b[K" in "\n".join(shown), drawn, "drawn on " + term)


@test("after Ctrl-C: what is saved, what is cut, what to do")
def _(room):
    rng = random.Random(26)
    whole, part = h.md_kit(rng, 1, b"KIT"), h.md_kit(rng, 2, b"TWO")[:700]
    for more, fed, sizes, said in (
            ((), whole, [1233], "stopped: 1 whole dump saved, 0 damaged"),
            ((), whole + part, [700, 1233],
             "stopped: 1 whole dump saved, 1 damaged\n"
             "the dump that was coming in is cut: its beginning is saved as "
             "damaged; .* start that dump again"),
            (("-n", "3"), whole + part, [700, 1233],
             "the dump that was coming in is cut: .*\n"
             "received 1 of 3 dumps")):
        folder = "in%d%s/" % (len(fed), "".join(more))
        line = room.pty()
        run = room.run("receive", "-p", line.port, "-o", folder, *more)
        run.listening()
        line.feed(fed)
        h.wait(lambda: sum(len(d) for d in room.files(folder).values())
               == len(fed), "nothing is stored")
        run.stop()
        match(said, run.err, "stderr")
        equal(sorted(len(d) for d in room.files(folder).values()), sizes,
              "files")
    line = room.pty()
    run = room.run("request", "-p", line.port, "-o", "md/", "machinedrum",
                   "kit", "1-3")
    check(line.listen().got(20, 9), "no request")
    run.stop()
    match("stopped before the answer: kit 1\n.*not requested: kit 2-3\n"
          ".*received 0 of 3, 0 bytes in", run.err, "stderr", re.S)
    collection(room)
    run = room.run("recall", "--from", room.pty().port, "--to",
                   room.pty().port, "map")
    run.listening()
    run.stop()
    check("finishing" not in run.err, "a transfer that there is not")
    run = room.run("sample", "receive", "-p", room.pty().port, "-o", "s.wav")
    run.listening()
    run.stop()
    match("stopped before a sample came: nothing is saved", run.err, "stderr")
    check(not os.path.exists(room.path("s.wav")), "no file")


h.main()
