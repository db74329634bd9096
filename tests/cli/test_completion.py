#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The completions of bash, zsh and fish, run by these shells themselves."""
import os
import re
import shutil
import subprocess

import harness as h
from harness import check, equal, test

ROOT = os.path.join(h.HERE, "../..")
FOLDER = os.path.join(ROOT, "docs/completions")
BASH = """
source "$0/sxlib.bash"
COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDBREAKS=$' \\t\\n"\\'><=;|&(:'
_sxlib
[ ${#COMPREPLY[@]} = 0 ] || printf '%s\\n' "${COMPREPLY[@]}"
"""
# Stand-ins for what only a line editor has.
ZSH = """
compadd() {
    [[ $1 != -M ]] || shift 2
    if [[ $1 == -a ]]; then print -rl -- ${(P)2}; else print -r -- $1; fi
}
_describe() {
    [[ $1 != -o ]] || shift
    print -rl -- ${${(P)2}%%:*}
}
compset() { PREFIX=${PREFIX#*=}; }
_files() { print -- FILES; }
words=(${(z)1}); [[ $1 != *' ' ]] || words+=('')
CURRENT=$#words PREFIX=$words[-1]
source $0/_sxlib
"""
FISH = "source %s/sxlib.fish; complete -C %s"


def environment(room):
    """sxlib by its name, with the user's files of the room."""
    os.makedirs(room.path("bin"), exist_ok=True)
    if not os.path.exists(room.path("bin/sxlib")):
        os.symlink(os.path.abspath(h.SXLIB), room.path("bin/sxlib"))
    return dict(os.environ, PATH="%s:%s" % (room.path("bin"),
                                            os.environ["PATH"]),
                HOME=room.dir, XDG_CONFIG_HOME=room.path(".config"))


def ask(room, command):
    done = subprocess.run(command, env=environment(room), cwd=room.dir,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=h.LIMIT,
                          check=False)
    equal(done.stderr.decode(), "", "stderr of %s" % command[0])
    return done.stdout.decode().splitlines()


def bash(room, line):
    return ask(room, ["bash", "--norc", "-c", BASH, FOLDER, line])


def zsh(room, line):
    """All that is offered: the real compadd keeps what fits."""
    return ask(room, ["zsh", "-f", "-c", ZSH, FOLDER, line])


def fish(room, line):
    quoted = "'%s'" % line.replace("\\", "\\\\").replace("'", "\\'")
    return [found.split("\t")[0] for found in
            ask(room, ["fish", "--no-config", "-c", FISH % (FOLDER, quoted)])]


def needs(shell):
    if not shutil.which(shell):
        raise h.Skip("no " + shell)


def commands(room):
    text = room.sxlib("--help").out.decode()
    return re.findall(r"^  ([a-z]+) ", text.split("Commands:")[1]
                      .split("\n\n")[0], re.M)


def options(room, command):
    """[(short, long, placeholder)] by --help, read in another way."""
    found = []
    for line in room.sxlib(command, "--help").lines:
        words = line.split()
        at = next((i for i, w in enumerate(words[:2])
                   if w.startswith("--")), None)
        if line.startswith("  ") and at is not None:
            rest = line[line.index(words[at]) + len(words[at]):]
            found.append((words[0][:2] if at else "", words[at],
                          rest.split()[0] if rest[1] != " " else ""))
    return found


def user_files(room):
    room.write(".config/sxlib/ports.conf", b"[mbrane]\nport = sim:alpha-base\n"
               b"[pi]\nport = tty:/dev/nowhere\n")
    room.write(".config/sxlib/devices.conf",
               b"[MBrane 11]\nmask = F0 31 7F 61\n")


def same_everywhere(room, complete, whole=False):
    """What holds in every shell. whole: all is offered, whatever is typed."""
    user_files(room)
    names = commands(room)
    check({"receive", "send", "devices"} <= set(names), "commands")
    equal(sorted(complete(room, "sxlib ")), sorted(names), "commands")
    if not whole:
        equal(complete(room, "sxlib rece"), ["receive"], "sxlib rece")
    for name in names:
        rows = options(room, name)
        check(len(rows) >= 2, "options of %s" % name)
        equal(sorted(complete(room, "sxlib %s -" % name)),
              sorted(long for _, long, _ in rows), "options of " + name)
        for short, long, what in rows:
            for option in filter(None, (short, long)):
                found = complete(room, "sxlib %s %s " % (name, option))
                if "|" in what:
                    words = [w for w in what.split("|") if w.islower()]
                    equal(sorted(found), sorted(words), option)
                elif what == "PORT":
                    check({"sim:alpha-base", "mbrane", "pi"} <= set(found),
                          "ports: %s" % found)
                elif what == "KIND":
                    equal(sorted(found), sorted(h.KINDS), "kinds")
                elif what == "BY":
                    check({"time", "file", "bytes"} <= set(found), "orders")
                elif what == "EVENTS":
                    check({"note", "sysex", "other"} <= set(found), "events")
                elif what == "MAKER":
                    check({"Jomox", "Elektron", "Yamaha"} <= set(found),
                          "makers: %s" % found)
                elif what == "DEVICE":
                    check("Machinedrum" in found, "devices: %s" % found)
                    check(any("MBrane" in f for f in found), "the user's own")
                else:
                    check("sim:alpha-base" not in found, "%s is no port"
                          % option)
    check({"add", "show", "check"} <= set(
        w for line in complete(room, "sxlib devices ") for w in line.split()),
          "the words of devices")
    check("Machinedrum" in complete(room, "sxlib devices show "),
          "devices show")
    check({"send", "receive", "request"} <= set(
        w for line in complete(room, "sxlib sample ") for w in line.split()),
          "sample's words")


@test("bash: commands, options and values")
def _(room):
    same_everywhere(room, bash)
    equal(bash(room, "sxlib receive --split=me"), ["message"], "--split=")
    equal(bash(room, "sxlib send -p sim:al"), ["alpha-base"], "sim: is typed")
    equal(bash(room, "sxlib send --port=sim:al"), ["alpha-base"], "--port=")
    equal(bash(room, "sxlib receive --maker jom"), ["Jomox"], "ignoring case")
    equal(bash(room, "sxlib devices add --device MBr"), ["MBrane\\ 11"],
          "a blank is quoted")
    equal(bash(room, "sxlib receive --tw"), ["--twice"], "--tw")
    equal(bash(room, "sxlib send x.syx "), [], "files are left to bash")
    equal(bash(room, "sxlib nonsense --"), [], "no such command")


@test("zsh: commands, options and values")
def _(room):
    needs("zsh")
    same_everywhere(room, lambda r, line: [
        f for f in zsh(r, line) if f != "FILES"], whole=True)
    equal(zsh(room, "sxlib receive --split=me"),
          ["auto", "gap", "message"], "--split=")
    equal(zsh(room, "sxlib show "), ["FILES"], "files")


@test("fish: commands, options and values")
def _(room):
    needs("fish")
    same_everywhere(room, fish)
    equal(fish(room, "sxlib receive --split=me"), ["--split=message"],
          "--split=")
    room.write("dump.syx", b"")
    check("dump.syx" in fish(room, "sxlib show du"), "files")


def sounds(room, complete, quoted=False):
    """References to sounds, behind FILE:."""
    data = b"".join(n.ljust(10) for n in (b"BRASS 1", b'SAY "HI"', b""))
    voices = b"".join(bytes(118) + data[i:i + 10] for i in (0, 10, 20))
    voices += bytes(128) * 29
    room.write("a.syx", b"\xf0\x43\x00\x09\x20\x00" + voices
               + bytes([-sum(voices) & 127, 0xF7]))
    room.write("empty.syx", b"")
    for line, want in (
            ("a.syx:3", ["a.syx:3", "a.syx:30", "a.syx:31", "a.syx:32"]),
            ("a.syx:#1", ["a.syx:#1"] + ["a.syx:#1%d" % n for n in range(10)]),
            ("a.syx:=", ["a.syx:=BRASS 1", 'a.syx:=SAY "HI"']),
            ("./a.syx:32", ["./a.syx:32"]),
            ("~/a.syx:32", ["~/a.syx:32"]),
            ("nowhere.syx:3", []), ("empty.syx:3", [])):
        found = [f for f in complete(room, "sxlib show " + line)
                 if f != "FILES"]
        if quoted:  # bash wants only what is behind the ':' or '='
            mark = line[max(line.rfind(":"), line.rfind("="))]
            want = [re.sub(r'([ "#])', r"\\\1", w[w.index(mark) + 1:])
                    for w in want]
        found = [f for f in found if quoted or f.startswith(line)]
        equal(sorted(found), sorted(want), line)


@test("bash: sounds of a file")
def _(room):
    sounds(room, bash, quoted=True)


@test("zsh: sounds of a file")
def _(room):
    needs("zsh")
    sounds(room, zsh)


@test("fish: sounds of a file")
def _(room):
    needs("fish")
    sounds(room, fish)


@test("make install puts each where its shell looks, and sh -n takes them")
def _(room):
    done = subprocess.run(
        ["make", "-n", "-C", ROOT, "install", "DESTDIR=/d", "PREFIX=/usr"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        env={k: v for k, v in os.environ.items() if not k.startswith("M")})
    text = re.sub(r"\\\n\s*", "", done.stdout.decode())
    for name, to in (
            ("sxlib.bash", "/d/usr/share/bash-completion/completions/sxlib"),
            ("_sxlib", "/d/usr/share/zsh/site-functions/_sxlib"),
            ("sxlib.fish",
             "/d/usr/share/fish/vendor_completions.d/sxlib.fish")):
        check("install -Dm644 docs/completions/%s %s\n" % (name, to) in text,
              "%s goes to %s" % (name, to))
    for shell, name in (("bash", "sxlib.bash"), ("zsh", "_sxlib"),
                        ("fish", "sxlib.fish")):
        if shutil.which(shell):
            equal(ask(room, [shell, "-n", os.path.join(FOLDER, name)]), [],
                  shell + " -n")


if __name__ == "__main__":
    h.main()
