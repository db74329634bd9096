#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""mutate.py [-n N] [-s SEED] [-j JOBS] [--unit] [--list] FOLDER [FILE...]: do the
tests see a small fault?

Plants N small faults, one at a time and chosen by SEED, in the rooms of src/
that carry the promise, or in the FILEs: a comparison turned, a constant off by
one, a condition negated, a call removed. Runs the tests that can see that
file, the nearest ones first, until one fails. A fault that the compiler
makes the same code of is none, and another is planted instead.

FOLDER is for what is built, best on a RAM disk; the sources are not touched.
--unit leaves out the tests of the whole program; --list only lists what could
be planted. A line for each fault: caught (by which test) or SURVIVED. The
last line is "N planted, N caught, N survived".
"""
import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from glob import glob

ROOMS = ("sysex", "store", "session", "midi_io", "config", "collection", "cli")
# These need a kernel with ALSA: tests/alsa/faults.sh plants faults there.
KERNEL = ("alsa.c", "alsa_list.c", "alsa_seq.c", "hotplug.c", "hw.c")
# The whole program, for what the unit tests let pass.
CLI = {
    "sysex": ("librarian_files", "show", "real_dumps", "firmware", "request"),
    "store": ("store", "librarian", "receive", "record", "librarian_list"),
    "session": ("receive", "send", "request", "send_verify", "sample_receive"),
    "midi_io": ("receive", "send", "request", "record", "identify"),
    "config": ("teaching", "receive", "send"),
    "collection": ("librarian", "librarian_list", "librarian_files",
                   "librarian_diff", "librarian_duplicates", "teaching"),
    "exchange": ("request", "send_verify", "identify", "play", "sample_send",
                 "sample_receive", "send", "firmware"),
}
# The commands: their own tests first, by what the name of the file begins with,
# then those that look at all commands.
COMMANDS = (
    ("convert", "librarian_files"), ("devices", "teaching"),
    ("diff", "librarian_diff"), ("dup", "librarian_duplicates"),
    ("hex", "show", "librarian_files", "send"), ("identify", "identify"),
    ("join", "librarian_files"),
    ("list", "librarian_list"), ("monitor", "monitor"),
    ("nearest", "errors", "console"), ("opt", "errors", "console"),
    ("play", "play"), ("ports", "console", "blocked"),
    ("print", "console", "show"), ("receive", "receive", "store"),
    ("record", "record"), ("request", "request", "units"),
    ("rewrite", "librarian_files"), ("sample_receive", "sample_receive"),
    ("sample_keep", "sample_receive"), ("sample", "sample_send"),
    ("send_to", "send_to", "units"), ("send_verify", "send_verify"),
    ("send_back", "send_verify"), ("send_firmware", "firmware"),
    ("send", "send", "firmware"), ("sound", "send_to"), ("show", "show"),
    ("split", "librarian_files", "pairs"), ("table", "librarian_list"),
    ("talk", "send_verify", "request"), ("verify", "librarian"),
    ("user", "teaching"), ("watch", "watch"),
    ("writer", "librarian_files", "receive"), ("", "receive", "show"),
)
ALL_COMMANDS = ("errors", "console", "hostile", "pairs", "handshake", "units",
                "at_rest", "blocked", "librarian", "real_dumps")
CFLAGS = "-O1 -g0 -w -fPIC"

# Kind of fault, what is looked for in code without comments and strings, and
# what takes the place of its first group.
KINDS = [
    ("comparison", r" (==|!=|<=|>=|<|>) ",
     {"==": "!=", "!=": "==", "<": "<=", "<=": "<", ">": ">=", ">=": ">"}),
    ("logic", r" (&&|\|\|) ", {"&&": "||", "||": "&&"}),
    ("arithmetic", r"(?<=[\w)\]]) (\+|-|\*|<<|>>|&|\|) ",
     {"+": "-", "-": "+", "*": "+", "<<": ">>", ">>": "<<", "&": "|",
      "|": "&"}),
    ("assignment", r" (\+=|-=|\|=|&=) ",
     {"+=": "-=", "-=": "+=", "|=": "&=", "&=": "|="}),
    ("step", r"(\+\+|--)", {"++": "--", "--": "++"}),
    ("constant", r"(?<![\w.\"'])(0x[0-9a-f]+|0|[1-9]\d*)(?![\w.\"'])", None),
    ("truth", r"\b(true|false)\b", {"true": "false", "false": "true"}),
    ("condition", r"\bif \((?=.*\)$|.*\) \{$)()", None),
    # What is not freed is seen by the sanitizers and by make check-faults.
    ("call", r"^\t+((?!return\b|\w*free\()\w+\([^;{}]*\);)$", None),
    ("result", r"\breturn (-1|0|1|n|NULL);", {
        "-1": "0", "0": "-1", "1": "0", "n": "0"}),
    ("end of a loop", r"^\t+(break;|continue;)$",
     {"break;": ";", "continue;": ";"}),
]


def bare(text):
    """text with comments, strings and directives blanked, as long as it was."""
    def blank(m):
        return re.sub(r"[^\n]", " ", m.group())
    text = re.sub(r"/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])+'",
                  blank, text, flags=re.S)
    return re.sub(r"^#(?:.*\\\n)*.*", blank, text, flags=re.M)


def sites(path):
    """(kind, path, start, end, replacement) of each fault that fits in."""
    with open(path) as f:
        text = f.read()
    code = bare(text)
    for kind, pattern, swap in KINDS:
        for m in re.finditer(pattern, code, re.M):
            start, end = m.span(1)
            if kind == "constant":
                new = str(int(m.group(1), 0) + 1)
            elif kind == "condition":
                close = code.find("\n", start)
                close = code.rfind(")", start, close)
                new, end = "!(%s)" % text[start:close], close
                if new.count("(") != new.count(")"):
                    continue
            elif kind == "call":
                new = ";"
            elif m.group(1) in swap:
                new = swap[m.group(1)]
            else:
                continue
            yield kind, path, start, end, new


def choose(paths, seed):
    """All faults, room by room and kind by kind in turn, in SEED's order."""
    piles = {}
    for path in sorted(paths):
        for site in sites(path):
            piles.setdefault((room_of(path), site[0]), []).append(site)
    order = random.Random(seed)
    for key in sorted(piles):
        order.shuffle(piles[key])
    while piles:
        for kind in [k[0] for k in KINDS]:
            for room in ROOMS:
                pile = piles.get((room, kind))
                if pile:
                    yield pile.pop()
                else:
                    piles.pop((room, kind), None)


def room_of(path):
    return path.split("/")[1]


def program_tests(path):
    """The tests of the whole program that can see a fault in this file."""
    if room_of(path) != "cli":
        return list(CLI[room_of(path)])
    own = next(c[1:] for c in COMMANDS
               if os.path.basename(path).startswith(c[0]))
    return list(own) + [t for t in ALL_COMMANDS if t not in own]


def sh(*command, **more):
    return subprocess.run(command, check=True, capture_output=True, text=True,
                          **more).stdout


def symbols(obj):
    """(defined, wanted) of an object file."""
    defined, wanted = set(), set()
    for line in sh("nm", "-g", obj).splitlines():
        kind, name = line.split()[-2:]
        (wanted if kind == "U" else defined).add(name)
    return defined, wanted


def all_ran(log):
    """Are all tests there that the program has planned? As tests/run.sh."""
    with open(log, "rb") as f:
        text = f.read()
    planned = sum(map(int, re.findall(rb"^1\.\.(\d+)$", text, re.M)))
    return planned > 0 and planned == len(
        re.findall(rb"^(?:not )?ok ", text, re.M))


class Bench:
    """A build with the library as a shared one, so that a fault is one
    compilation and one link."""

    def __init__(self, folder):
        self.build = os.path.join(os.path.abspath(folder), "build")
        sh("make", "BUILD=" + self.build, "CFLAGS=" + CFLAGS, "all", "unit",
           "replay")
        self.rooms = [o for o in glob(self.build + "/src/**/*.o",
                                      recursive=True)
                      if not re.search(r"src/(cli|term|audio)/|/main\.o", o)]
        self.program = (glob(self.build + "/src/cli/*.o") +
                        glob(self.build + "/src/term/*.o") + [
                            self.build + "/src/main.o"])
        self.libs = sh("pkg-config", "--libs", "alsa", "smf",
                       "cmocka").split() + ["-pthread"]
        self.flags = ["-std=c17", "-D_GNU_SOURCE", "-DSX_VERSION=\"0\"",
                      "-Iinclude", "-Isrc", "-I" + self.build, "-pthread",
                      "-fstack-protector-strong"] + CFLAGS.split() + sh(
                          "pkg-config", "--cflags", "alsa", "smf").split()
        self.tests = {}
        for obj in glob(self.build + "/tests/unit/*.o"):
            self.tests[os.path.basename(obj)[:-2]] = [obj]
        for obj in glob(self.build + "/tests/fuzz/fuzz_*.o"):
            self.tests[os.path.basename(obj)[:-2]] = [obj] + [
                self.build + "/tests/fuzz/%s.o" % n
                for n in ("reference", "replay")]
        self.near = self.distances()
        self.seeds = self.build + "/seeds"
        sh("tests/fuzz/seeds.py", self.seeds)

    def distances(self):
        """For each object of the library, how far each test is from it."""
        wanted, owner = {}, {}
        for obj in self.rooms:
            defined, wanted[obj] = symbols(obj)
            owner.update(dict.fromkeys(defined, obj))
        near = {obj: {} for obj in self.rooms}
        for test, objs in self.tests.items():
            depth, seen = 0, set()
            reach = set().union(*(symbols(o)[1] for o in objs))
            while reach:
                depth += 1
                found = {owner[s] for s in reach if s in owner} - seen
                seen |= found
                for obj in found:
                    near[obj][test] = depth
                reach = set().union(*(wanted[o] for o in found)) \
                    if found else set()
        return near

    def obj(self, path):
        return os.path.join(self.build, path[:-2] + ".o")


class Place:
    """A folder with the programs, and the library that they use."""

    def __init__(self, bench, folder):
        self.bench, self.folder = bench, os.path.abspath(folder)
        self.spoilt = {True, False}
        os.makedirs(self.folder, exist_ok=True)
        self.link()
        for name, objs in bench.tests.items():
            program = os.path.join(self.folder, name)
            if os.path.exists(program) and all(
                    os.path.getmtime(o) < os.path.getmtime(program)
                    for o in objs):
                continue
            self.link_program(name, objs)
        shutil.copy(bench.build + "/sxlib-audio", self.folder)
        shutil.copytree(bench.build + "/tests/fault",
                        self.folder + "/tests/fault", dirs_exist_ok=True)

    def link(self, path=None, other=None):
        """The library and sxlib, with `other` for what is made of path."""
        plain = self.bench.obj(path) if path else None
        for library in (True, False):
            parts = self.bench.rooms if library else self.bench.program
            if plain not in parts and library not in self.spoilt:
                continue
            self.spoilt.add(library)
            objs = [other if o == plain else o for o in parts]
            if library:
                self.link_library(objs)
            else:
                self.link_program("sxlib", objs)
            if plain not in parts:
                self.spoilt.remove(library)

    def link_library(self, objs):
        new = self.folder + "/new.so"
        sh("cc", "-shared", "-o", new, *objs, *self.bench.libs)
        os.rename(new, self.folder + "/libsxlib.so")

    def link_program(self, name, objs):
        new = self.folder + "/new"
        sh("cc", "-o", new, *objs, "-L" + self.folder, "-lsxlib",
           # A copy of the program finds it as well.
           "-Wl,-rpath," + self.folder, *self.bench.libs)
        os.rename(new, os.path.join(self.folder, name))

    def compile(self, path, text):
        """The object, or None: it is no C."""
        src, obj = self.folder + "/planted.c", self.folder + "/planted.o"
        with open(src, "w") as f:
            f.write(text)
        done = subprocess.run(
            ["cc", *self.bench.flags, "-iquote", os.path.dirname(path), "-c",
             "-o", obj, src], capture_output=True)
        return None if done.returncode else obj

    def run(self, test, limit):
        """Does it pass?"""
        program = os.path.join(self.folder, test)
        command = [program]
        if test.startswith("fuzz_"):
            name = test[5:]
            command += [d for d in (self.bench.seeds + "/" + name,
                                    "tests/fuzz/found/" + name)
                        if os.path.isdir(d)]
        elif not os.path.exists(program):
            command = ["tests/cli/test_%s.py" % test]
        env = dict(os.environ, SXLIB=self.folder + "/sxlib",
                   PYTHONDONTWRITEBYTECODE="1", LC_ALL="C.UTF-8",
                   CMOCKA_MESSAGE_OUTPUT="TAP")
        log = self.folder + "/log"
        with open(log, "wb") as out:
            p = subprocess.Popen(command, stdin=subprocess.DEVNULL, env=env,
                                 stdout=out, stderr=subprocess.DEVNULL,
                                 start_new_session=True)
        try:
            good = p.wait(limit) == 0
        except subprocess.TimeoutExpired:
            os.killpg(p.pid, 9)
            p.wait()
            return False
        return good and (test.startswith("fuzz_") or all_ran(log))


class Judge:
    def __init__(self, bench, places, cli):
        self.bench, self.free, self.cli = bench, places, cli
        self.times, self.plain = {}, {}
        self.lock = threading.Lock()

    def limit(self, place, test, path, obj):
        """How long a test may take, or None: it fails without a fault."""
        if test not in self.times:
            place.link()
            started = time.monotonic()
            good = place.run(test, 300)
            self.times[test] = 10 * (time.monotonic() - started) + 20
            if not good:
                self.times[test] = None
                print("# fails without a fault, left out: " + test)
            place.link(path, obj)
        return self.times[test]

    def tests_for(self, path):
        near = self.bench.near.get(self.bench.obj(path), {})
        units = sorted(near, key=lambda t: (near[t], t.startswith("fuzz_"),
                                            self.times.get(t) or 0))
        return units + (program_tests(path) if self.cli else [])

    def plain_code(self, place, path, text):
        if path not in self.plain:
            with open(place.compile(path, text), "rb") as f:
                self.plain[path] = f.read()
        return self.plain[path]

    def planted(self, site):
        """None: not a fault. Else the test that caught it, or an empty
        string."""
        _, path, start, end, new = site
        with self.lock:
            place = self.free.pop()
        try:
            with open(path) as f:
                text = f.read()
            plain = self.plain_code(place, path, text)
            obj = place.compile(path, text[:start] + new + text[end:])
            if obj is None:
                return None
            with open(obj, "rb") as f:
                if f.read() == plain:
                    return None
            place.link(path, obj)
            for test in self.tests_for(path):
                limit = self.limit(place, test, path, obj)
                if limit is not None and not place.run(test, limit):
                    return test
            return ""
        finally:
            with self.lock:
                self.free.append(place)


def describe(site):
    kind, path, start, end, new = site
    with open(path) as f:
        text = f.read()
    line = text.count("\n", 0, start) + 1
    old = " ".join(text[start:end].split())
    whole = " ".join(text[text.rfind("\n", 0, start) + 1:
                          text.find("\n", end)].split())
    return "%s:%d: %s: %s -> %s in: %s" % (path, line, kind, old or "if",
                                           " ".join(new.split()), whole)


def main():
    args = argparse.ArgumentParser(usage=__doc__)
    args.add_argument("folder")
    args.add_argument("-n", type=int, default=120)
    args.add_argument("-s", "--seed", type=int, default=7)
    args.add_argument("-j", type=int, default=2)
    args.add_argument("--unit", action="store_true")
    args.add_argument("--list", action="store_true")
    args.add_argument("files", nargs="*")
    o = args.parse_args()
    os.chdir(os.path.dirname(os.path.abspath(__file__)) + "/..")
    files = o.files or [f for room in ROOMS for f in glob("src/%s/*.c" % room)
                        if os.path.basename(f) not in KERNEL]
    wanted = choose(files, o.seed)
    if o.list:
        for site in wanted:
            print(describe(site))
        return
    os.nice(10)
    bench = Bench(o.folder)
    judge = Judge(bench, [Place(bench, "%s/%d" % (o.folder, i))
                          for i in range(o.j)], not o.unit)
    caught = survived = 0
    with ThreadPoolExecutor(o.j) as pool:
        while caught + survived < o.n:
            batch = [s for s, _ in zip(wanted, range(min(
                4 * o.j, o.n - caught - survived)))]
            if not batch:
                break
            for site, by in zip(batch, pool.map(judge.planted, batch)):
                if by is None:
                    continue
                caught += by != ""
                survived += by == ""
                print("%s: %s" % ("caught by " + by if by else "SURVIVED",
                                  describe(site)), flush=True)
    print("%d planted, %d caught, %d survived" % (caught + survived, caught,
                                                  survived))
    sys.exit(survived > 0)


if __name__ == "__main__":
    main()
