#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Exit statuses, and which stream says what; help, ports and devices."""
import os
import re

import harness as h
from harness import check, equal, match, one_of, test

COMMANDS = ("ports", "receive", "send", "identify", "request", "sample",
            "watch", "record", "recall", "play", "monitor", "show", "list",
            "find", "verify",
            "diff", "duplicates", "split", "join", "rename", "convert",
            "devices")
GOOD = b"\xf0\x7d\x44\x45\x46\xf7"


@test("--help, of sxlib and of each command: stdout, exit 0")
def _(room):
    run = room.sxlib("--help")
    equal((run.status, run.err), (0, ""), "sxlib --help")
    equal(tuple(re.findall(r"^  (\w+) +[A-Z]", run.out.decode(), re.M)),
          COMMANDS, "sxlib --help")
    for command in COMMANDS:
        more = room.sxlib(command, "--help")
        equal((more.status, more.err), (0, ""), command + " --help")
        match("usage.*sxlib %s" % command, more.out.decode(), command,
              re.I | re.S)


OPTIONS = {
    "receive": "port count timeout out format split gap maker all twice name "
               "label first exec quiet verbose json",
    "send": "port delay rate step dry-run firmware force quiet verbose",
    "show": "hex decode json", "ports": "all json verbose watch",
    "devices": "json",
    "verify": "quiet json", "join": "out bank fill force quiet json",
    "rename": "out quiet json",
    "split": "out split gap keep-stray name label first force quiet json",
    "convert": "force quiet json", "diff": "quiet json",
    "duplicates": "quiet json",
    "list": "maker device kind since sort quiet json"}


@test("--help names every option")
def _(room):
    for command, options in OPTIONS.items():
        text = room.sxlib(command, "--help").out.decode()
        for option in options.split():
            match(r"--%s\b" % option, text, command)


@test("help [COMMAND] is --help")
def _(room):
    equal(room.sxlib("help").out, room.sxlib("--help").out, "help")
    for command in COMMANDS:
        run = room.sxlib("help", command)
        equal((run.status, run.err), (0, ""), command)
        equal(run.out, room.sxlib(command, "--help").out, command)
    for args in (("help", "nothing"), ("help", "send", "receive")):
        run = room.sxlib(*args)
        equal((run.status, run.out), (2, b""), " ".join(args))


MISSPELLED = {
    ("recieve",): "receive", ("snd",): "send", ("lst",): "list",
    ("dev",): "devices", ("verfiy", "x"): "verify", ("hepl",): "help",
    ("help", "recieve"): "receive", ("duplicate",): "duplicates",
    ("send", "--dely", "5"): "--delay", ("send", "--forse=1"): "--force",
    ("receive", "--cuont", "3"): "--count", ("list", "--sor-t"): "--sort",
    ("play", "--temp0", "1x"): "--tempo", ("send", "--waite"): "--wait",
    ("xyzzy",): None, ("send", "--xyzzy"): None, ("",): None,
    ("x" * 500,): None, ("show", "-Z"): None}


@test("a misspelled command or option: exit 2, and what was meant")
def _(room):
    for args, want in MISSPELLED.items():
        run = room.sxlib(*args)
        equal((run.status, run.out), (2, b""), str(args))
        equal(re.findall("did you mean '(.*?)'", run.err),
              [want] if want else [], str(args))
        match("see 'sxlib .*--help'", run.err, str(args))


@test("bytes never go to a terminal: exit 2, before anything is done")
def _(room):
    path = room.write("x.syx", GOOD)
    for args in (("receive", "-p", "sim:alpha-base", "-o", "-"),
                 ("send", "-p", "-", path), ("convert", path, "-"),
                 ("join", path, "-o", "-"),
                 ("play", "-p", "-", room.write("x.mid", h.smf(h.END)))):
        keys, screen = os.openpty()
        run = room.sxlib(*args, stdout=screen)
        equal(run.status, 2, args[0])
        match("standard output is a terminal", run.err, args[0])
        os.set_blocking(keys, False)
        try:
            equal(os.read(keys, 99), b"", args[0])
        except BlockingIOError:
            pass
        os.close(keys)
        os.close(screen)
    keys, screen = os.openpty()
    run = room.sxlib("send", "-p", "-", "--dry-run", path, stdout=screen)
    equal(run.status, 0, "--dry-run sends none")
    os.close(keys)
    os.close(screen)


@test("a template with the suffix, a folder that is named like a file")
def _(room):
    path = room.write("x.syx", GOOD)
    for name, want in (("a.syx", "a.syx"), ("{kind}.SYX", "unknown.syx"),
                       ("b.mid", "b.mid.syx"), ("c.syx.syx", "c.syx.syx"),
                       ("d/e.syx", "d/e.syx")):
        run = room.sxlib("split", path, "-o", "out/", "--name", name)
        equal(run.lines, ["out/" + want], name)
    run = h.receive_stdin(room, GOOD, "--format", "mid", "--name", "f.mid")
    equal([os.path.basename(p) for p in run.lines], ["f.mid"], "mid")
    for out in ("x.hex", "x.TXT", "x.sysex", "x.midi", "x.wav"):
        for args in (("split", path), ("receive", "-p", "-")):
            run = room.sxlib(*args, "-o", out)
            equal((run.status, run.out), (2, b""), out)
            match("looks like a file name", run.err, out)
        check(not os.path.exists(room.path(out)), out)
    os.mkdir(room.path("y.hex"))
    for out in ("y.hex", "z.hex/", "mbrane-1.1"):
        equal(room.sxlib("split", path, "-o", out).status, 0, out)


@test("--version: stdout, exit 0")
def _(room):
    run = room.sxlib("--version")
    equal((run.status, run.err), (0, ""), "sxlib --version")
    match(r"^sxlib \d+\.\d+", run.out.decode(), "stdout")


@test("what cannot be written is said, and is exit 1, for every --help")
def _(room):
    for args in [("--version",), ("--help",), ("help",),
                 ("help", "send")] + [
            (command, "--help") for command in COMMANDS]:
        for shell, why in (('exec "$@" >/dev/full', "no space left"),
                           ('exec "$@" >&-', "bad file")):
            run = room.sxlib(*args, shell=shell)
            equal(run.status, 1, "exit status of %s" % (args,))
            match(r"\Asxlib: .*cannot write to standard output: " + why,
                  run.err, "stderr of %s" % (args,))


@test("usage errors: exit 2, 'sxlib: COMMAND: ...' on stderr")
def _(room):
    path = room.write("x.syx", GOOD)
    for args in [
            ("receive", "--nonsense"), ("receive", "-Z"),
            ("receive", "extra"), ("receive", "--count"),
            ("receive", "--count", "x"), ("receive", "--count", "0"),
            ("receive", "--count", "-1"), ("receive", "-n", "1x"),
            ("receive", "-n", "99999999999999999999"),
            ("receive", "-n", ""), ("receive", "--timeout", "abc"),
            ("receive", "--timeout", "-1"), ("receive", "-t", "1s"),
            ("receive", "-t", "nan"), ("receive", "-t", "inf"),
            ("receive", "--split", "sometimes"), ("receive", "--gap", "x"),
            ("receive", "--gap", "-5"), ("receive", "--format", "wav"),
            ("receive", "--maker", "no-such-maker"),
            ("receive", "--maker", ""), ("receive", "--first", "x"),
            ("receive", "-t", "0.5", "--split", "gap"),
            ("receive", "-t", "0.5"),
            ("receive", "-t", "1", "--gap", "2000"),
            ("receive", "--name", "{nonsense}"),
            ("send",), ("send", "--rate", "fast", path),
            ("send", "--rate", "0", path), ("send", "--rate", "-5", path),
            ("send", "--delay", "x", path), ("send", "--delay", "-1", path),
            ("send", "--nonsense", path), ("send", "--delay"),
            ("show",), ("show", "--decode", path), ("show", "--nonsense", path), ("show", "-Z", path),
            ("verify",), ("verify", "--nonsense", path),
            ("list", "--maker", "no-such-maker"), ("list", "--kind", "x"),
            ("list", "--since", "yesterday"), ("list", "--since", ""),
            ("list", "--since", "2026-02-29"),
            ("list", "--since", "2026-11-31T05:15"),
            ("list", "--since", "2026-13-01"), ("list", "--sort", "x"),
            ("duplicates",), ("diff",), ("diff", path), ("diff", path, path, path),
            ("split",), ("split", path), ("split", "-o", "x/"),
            ("split", path, path, "-o", "x/"),
            ("split", path, "-o", "x/", "--split", "never"),
            ("split", path, "-o", "x/", "--gap", "-1"),
            ("split", path, "-o", "x/", "--name", "{x}"),
            ("split", path, "-o", "x/", "--name", "a", "--first", "1"),
            ("join", path), ("join", "-o", "y.syx"),
            ("join", path, "-o", "y.wav"), ("join", path, "-o", "y.hex"),
            ("convert",), ("convert", path), ("convert", path, "y.wav"),
            ("convert", path, "y"), ("convert", path, "y.syx", "z.syx"),
            ("ports", "--nonsense"), ("ports", "extra"),
            ("send", "-p", "seq:", path), ("send", "-p", 'seq:"A', path),
            ("send", "-p", "seq:A:", path), ("send", "-p", "usb:x", path),
            ("send", "-p", "usb:1-1.4,x", path),
            ("watch", "-o", "y/", "--seq", "-p", "hw:1"),
            ("devices", "--nonsense")]:
        run = room.sxlib(*args, env={"SXLIB_PORT": "tty:/no/such/port"})
        what = " ".join(args)
        equal(run.status, 2, "exit status of '%s'" % what)
        match(r"\Asxlib: %s: \S" % args[0], run.err, what)
        equal(run.out, b"", "stdout of '%s'" % what)
    equal(os.listdir(room.dir), ["x.syx"], "nothing is made")


@test("names for many dumps need a folder")
def _(room):
    path = room.write("x.syx", GOOD)
    for args in (("split", path), ("watch",), ("receive", "--name", "{n}")):
        for out in "y.syx", "y.mid":
            run = room.sxlib(*args, "--out", out)
            equal((run.status, run.err.splitlines()[0]),
                  (2, "sxlib: %s: naming each dump needs a folder, and "
                   "'%s' is not one" % (args[0], out)),
                  args[0])


@test("an option that there is not is named, alone and among others")
def _(room):
    for args, name in ((("receive", "-Z"), "-Z"),
                       (("show", "-dash.syx"), "-d"),
                       (("show", "x.syx", "-jZj"), "-Z"),
                       (("show", "--nonsense"), "--nonsense"),
                       (("show", "--json=1"), "--json=1")):
        run = room.sxlib(*args)
        equal(run.status, 2, "exit status of %s" % (args,))
        match("unknown or malformed option.*'%s'$" % name, run.err, "stderr", re.M)


@test("an empty $SXLIB_PORT is none, an empty --port is a mistake")
def _(room):
    for port in ((), ("-p", "")):
        run = room.sxlib("receive", *port, "-o", "out/", "-t", "2",
                         env={"SXLIB_PORT": ""})
        equal(run.status == 2, bool(port), "exit status %d" % run.status)
        equal("port name is empty" in run.err, bool(port), "why")


@test("$SXLIB_PORT may be -, as --port: nothing else goes to stdout then")
def _(room):
    path = room.write("a.syx", b"\xf0\x7d\x01\xf7")
    song = room.write("a.mid", h.smf(b"\x00\x90\x40\x40" + h.END))
    here = {"SXLIB_PORT": "-"}
    for args in (("send", path, "--json"), ("send", path, "--wait", "0.1"),
                 ("send", path, "--verify"), ("play", song, "--json"),
                 ("identify",), ("request", "machinedrum", "pattern", "A01"),
                 ("sample", "request", "--slot", "1")):
        run = room.sxlib(*args, env=here)
        equal((run.status, run.out), (2, b""), "status, stdout of %s" % (args,))
    run = room.sxlib("send", path, env=here)
    equal((run.status, run.out), (0, room.read("a.syx")), "send alone")


@test("usage before any other failure: 2 before 1 and 4")
def _(room):
    room.write("have.syx", b"mine")
    run = room.sxlib("receive", "-p", "tty:/no/such/port", "-o", "have.syx",
                     "--count", "x")
    equal(run.status, 2, "exit status")


@test("no command, an unknown command: exit 2, on stderr")
def _(room):
    for args in ((), ("frobnicate",), ("--nonsense",), ("Receive",), ("",)):
        run = room.sxlib(*args)
        equal((run.status, run.out), (2, b""), "sxlib " + " ".join(args))
        check(run.err, "something is said")
    match(r"\Asxlib: .*frobnicate", room.runs[1].err, "stderr")


@test("a time-out may be shorter than the gap where gaps do not decide")
def _(room):
    line = room.pty()
    for opts in (("--split", "message", "-t", "0.3"),
                 ("--gap", "200", "-t", "0.3"),
                 ("--gap", "300", "-t", "0.3"), ("-t", "1")):
        run = room.sxlib("receive", "-p", line.port, *opts)
        equal(run.status, 3, "exit status with %s" % (opts,))


@test("long options in every form, mixed with arguments")
def _(room):
    path = room.write("x.syx", GOOD)
    for args in (("--rate=max", "--delay=0", "--port=-", path),
                 (path, "--rate", "max", "--delay", "0", "-p", "-"),
                 (path, "-p-", "--rate", "max", "--delay=0"),
                 ("-p", "-", "--rate", "max", "--", path)):
        run = room.sxlib("send", *args)
        equal((run.status, run.out), (0, GOOD), "send %s" % (args,))


@test("port errors: exit 4, one line that says which, and what to do")
def _(room):
    path = room.write("x.syx", GOOD)
    for port in ("tty:/no/such/port", "hw:77", "hw:77,0,0", "hw:NoSuchCard",
                 "no such instrument", "sim:nonsense", "tty:/dev/null",
                 "tty:" + path):
        for args in (("receive", "-p", port), ("send", "-p", port, path)):
            run = room.sxlib(*args)
            equal(run.status, 4, "exit status of %s" % (args,))
            first = run.err.splitlines()[0]
            match(r"^sxlib: %s: " % args[0], first, "stderr")
            check(port.split(":", 1)[-1].split("@")[0] in first or
                  port in first, "'%s' names the port" % first)
            equal(run.out, b"", "stdout")


@test("no port given and none there: exit 4 and the list of ports")
def _(room):
    if os.path.exists("/dev/snd"):
        raise h.Skip("this machine has sound devices")
    run = room.sxlib("receive")
    equal(run.status, 4, "exit status")
    match(r"\Asxlib: receive: ", run.err, "stderr")
    equal(room.sxlib("send", room.write("x.syx", GOOD)).status, 4, "send")


@test("a port in use by another is busy: exit 4")
def _(room):
    line = room.pty()
    first = room.run("receive", "-p", line.port, "-o", "a/").listening()
    second = room.sxlib("receive", "-p", line.port, "-o", "b/", "-t", "1")
    if os.geteuid() != 0:
        # TIOCEXCL does not bind root; a lock on the line would.
        equal(second.status, 4, "exit status")
    one_of(second.status, (3, 4), "exit status")
    equal(first.stop(), 3, "the first")


@test("ports: a header line, columns as of amidi -l, exit 0")
def _(room):
    run = room.sxlib("ports")
    equal(run.status, 0, "exit status")
    match(r"\A\s*dir\w*\s+(device|port)\s+name", run.out.decode(), "header")
    check("sim:" not in run.out.decode(), "simulated ones only with --all")
    run = room.sxlib("ports", "--all")
    equal(run.status, 0, "exit status")
    row = [line.split() for line in run.lines if "sim:alpha-base" in line]
    equal(len(row), 1, "rows of sim:alpha-base")
    equal(row[0][:2], ["IO", "sim:alpha-base"], "columns")


@test("ports --json: one object for each port, no header")
def _(room):
    run = room.sxlib("ports", "--json", "--all")
    equal(run.status, 0, "exit status")
    check(any("sim:alpha-base" in o.values() for o in run.json),
          "the simulated port")
    equal(len({tuple(sorted(o)) for o in run.json}), 1, "the same keys")


@test("devices: what it knows, the source, and whether it was seen")
def _(room):
    run = room.sxlib("devices")
    equal((run.status, run.err), (0, ""), "exit status and stderr")
    for word in ("Alpha Base", "XBase 09", "Machinedrum", "Monomachine",
                 "SidStation", "Digitakt", "seen", "documented", "inferred"):
        match(word, run.out.decode(), "stdout")
    run = room.sxlib("devices", "--json")
    equal(run.status, 0, "exit status")
    check(len(run.json) >= 10, "rows")
    equal(len({tuple(sorted(o)) for o in run.json}), 1, "the same keys")


@test("all options that take nothing from the machine work together")
def _(room):
    run = h.receive_stdin(
        room, GOOD * 3, "--split=message", "--gap=500", "--timeout=2.5",
        "--count=3", "--format=syx", "--maker=7d", "--all", "--name",
        "{label}{n:03}", "--label=x", "--first=7", "--json", "--verbose")
    equal(run.status, 0, "exit status")
    equal([os.path.basename(o["file"]) for o in run.json],
          ["x007.syx", "x008.syx", "x009.syx"], "names")


@test("on a terminal, --count says which dump to start")
def _(room):
    keys, screen = os.openpty()
    run = room.sxlib("receive", "-p", "-", "-n", "2", "-o", "out/",
                     "--split", "message", stdin=GOOD * 2, stderr=screen,
                     env={"TERM": "xterm"})
    equal(run.status, 0, "exit status")
    match(r"dump 1 of 2: start it on the unit",
          os.read(keys, 65536).decode(), "stderr")
    os.close(keys)
    os.close(screen)


@test("colour and progress only on a terminal")
def _(room):
    keys, screen = os.openpty()
    os.set_blocking(keys, False)
    run = room.sxlib("receive", "-p", "-", "-o", "out/", stdin=GOOD,
                     stderr=screen, env={"NO_COLOR": "1", "TERM": "xterm"})
    equal(run.status, 0, "exit status")
    text = os.read(keys, 65536).decode()
    check(not re.search(r"\x1b\[[0-9;]*m", text), "no colour: %r" % text)
    check(b"\x1b" not in run.out and b"\r" not in run.out, "stdout is plain")
    os.close(keys)
    os.close(screen)


@test("POSIXLY_CORRECT: options and arguments are mixed all the same")
def _(room):
    path = room.write("x.syx", b"\xf0\x7d\x01\xf7")
    env = {"POSIXLY_CORRECT": "1"}
    run = room.sxlib("show", path, "--json", env=env)
    equal((run.status, len(run.json)), (0, 1), "after an argument")
    run = room.sxlib("show", "--", path, "--json", env=env)
    equal(run.status, 1, "'--' still ends them")
    # A program of --exec is given it as it was.
    hook = room.write("hook", b'#!/bin/sh\necho "it is $POSIXLY_CORRECT"\n')
    os.chmod(hook, 0o755)
    run = room.sxlib("receive", "-p", "-", "--exec", hook, "-o", "out/",
                     stdin=b"\xf0\x7d\x01\xf7", env=env)
    match("it is 1", run.err, "what --exec is given")


@test("a --port that is too long for one")
def _(room):
    for command in ("receive", "monitor", "watch", "send", "record"):
        more = {"send": [room.write("x.syx", b"\xf0\x7d\x01\xf7")],
                "watch": ["-o", "out"], "record": ["-o", "x.mid"]}
        for port in ("tty:/" + "x" * 1100, "x" * 5000):
            if command == "watch" and port[0] == "x":
                continue  # one that may be plugged in yet
            run = room.sxlib(command, "-p", port, *more.get(command, []))
            equal(run.status, 2, "exit status of " + command)
            match("too long: %d bytes, at most 1023" % len(port), run.err,
                  "what %s says" % command)


if __name__ == "__main__":
    h.main()
