#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""--page and --led of watch and recall: what a box without a screen shows, and
that nothing of it costs a dump."""
import html.parser
import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time

import harness as h
from harness import check, equal, match, test, wait

CARDS = os.path.join(os.path.dirname(os.path.abspath(h.SXLIB)),
                     "tests/fault/cards.so")
GOOD = b"\xf0\x7d\x01\x02\xf7"
VOID = {"meta", "link", "br", "img", "input", "hr"}
EVIL = b"\"'></td><b>&"


# --- What is on a page ---------------------------------------------------------

class Page(html.parser.HTMLParser):
    """A page, which is well-formed, and loads and runs nothing."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.words, self.tags = [], [], []
        self.feed(text)
        self.close()
        equal(self.open, [], "tags that are not closed")
        self.text = "".join(self.words)

    def handle_starttag(self, tag, attrs):
        check(tag not in ("script", "iframe", "object", "embed", "img", "base",
                          "form"), "there is a <%s>" % tag)
        for key, value in attrs:
            check(not key.startswith("on"), "there is %s=" % key)
            if key in ("href", "src", "action"):
                equal((tag, value), ("link", "data:,"), key)
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        equal(self.open.pop() if self.open else None, tag, "closed tag")

    def handle_data(self, data):
        if self.open[-1:] != ["style"]:
            self.words.append(data)


def read(room, name="st.html"):
    """The page that is there, or None."""
    try:
        return Page(room.read(name).decode("utf-8"))
    except FileNotFoundError:
        return None


def shows(room, pattern, name="st.html"):
    """Wait until the page does."""
    last = [None]

    def there():
        last[0] = read(room, name)
        return last[0] and re.search(pattern, last[0].text)
    wait(there, lambda: "no /%s/ on the page: %s" % (
        pattern, last[0] and last[0].text), 30)
    return last[0]


def watch(room, *args, page="st.html", out="out", **more):
    run = room.run("watch", "-o", out, "-p", "-", "--split", "message",
                   "--page", page, *args, stdin="pipe", **more)
    run.listening()
    return run


# --- The page ------------------------------------------------------------------

@test("watch --page: the last dump, the ports, the disk, and the end")
def _(room):
    run = watch(room)
    page = shows(room, "NO DUMP YET")
    match("stdin", page.text, "the port")
    match("no byte yet", page.text, "its bytes")
    match(r"GiB free of .*: out\b", page.text, "the disk")
    metas = [a for tag, a in page.tags if tag == "meta"]
    check({"http-equiv": "refresh", "content": "2"} in metas, "no refresh")
    check({"name": "viewport", "content": "width=device-width, initial-scale=1"}
          in metas, "not for phones")
    run.write(h.md_kit(room.random, 3, b"KICK")[:700])
    shows(room, "RECEIVING")
    run.write(b"\x90")
    page = shows(room, "DAMAGED")
    match(r"DAMAGED\s+Elektron, Machinedrum, kit", page.text, "what it is")
    match("1 dump, 1 damaged", page.text, "dumps today")
    check(("tr", {"class": "bad"}) in page.tags, "it is not red")
    run.write(h.md_kit(room.random, 3, b"KICK") + b"\xf8" * 9)
    page = shows(room, "SAVED")
    match(r'kit 4, "KICK"|kit 3, "KICK"', page.text, "what it is")
    match("1233 bytes, checksum ok", page.text, "whole")
    match(r"stdin/000002-.*\.syx", page.text, "its file")
    match("2 dumps, 1 damaged", page.text, "dumps today")
    equal(run.stop(signal.SIGTERM), 5, "exit status")
    match("watch has stopped", read(room).text, "the end")
    equal(sorted(os.listdir(room.dir)), ["out", "st.html"], "left behind")


@test("watch --page: clock is seen, and that it is gone")
def _(room):
    run = watch(room)
    over = threading.Event()

    def tick():
        while not over.wait(0.02):
            run.write(b"\xf8")
    thread = threading.Thread(target=tick, daemon=True)
    thread.start()
    try:
        shows(room, r"\d s agoyes")
    finally:
        over.set()
        thread.join()
    shows(room, r"\d s agono")
    equal(run.stop(signal.SIGTERM), 0, "exit status")


@test("watch --page: its time grows while nothing happens, but rarely")
def _(room):
    run = watch(room)
    times = []
    end = time.monotonic() + 24
    while time.monotonic() < end:
        page = read(room)
        if page:
            now = re.search(r"as of (\S+)", page.text).group(1)
            if times[-1:] != [now]:
                times.append(now)
        time.sleep(0.05)
    check(len(times) >= 2, "only once: %s" % times)
    # One or two at the start, and then every 10 s.
    check(len(times) <= 6, "too often for a card: %s" % times)
    equal(run.stop(signal.SIGTERM), 0, "exit status")


@test("watch --page: a thousand dumps with hostile names")
def _(room):
    names = [EVIL, b"<script>alert(1)", b"A\x1b[31m&amp;", b"KICK"]
    run = watch(room, out="o<b>&\"'\u202e")
    want = []
    for i in range(1000):
        data = h.md_kit(room.random, i % 64, names[i % 4])
        want.append(data if i % 100 else h.spoil(data))
        run.write(want[-1])
    check(run.has_lines(1000), "not all are kept")
    page = shows(room, "1000 dumps, 10 damaged")
    check(len(room.read("st.html")) < 64 << 10, "the page is large")
    match("<script>alert", page.text, "a name, as it is")
    match(r"o<b>&\"'\\u202e", page.text, "the folder")
    check({tag for tag, _ in page.tags} <= {
        "html", "head", "meta", "link", "title", "style", "body", "header",
        "span", "b", "p", "section", "h1", "h2", "table", "tr", "th", "td",
        "footer"}, "tags: %s" % {tag for tag, _ in page.tags})
    equal(len([1 for tag, attrs in page.tags
               if tag == "td" and attrs.get("class") == "time"]), 60,
          "rows: the newest, and the newest damaged ones")
    equal(run.stop(signal.SIGTERM), 5, "exit status")
    equal([room.read(p) for p in run.lines], want, "the dumps")


@test("watch --page: what was recovered from an earlier run")
def _(room):
    os.mkdir(room.path("out"))
    room.write("out/stdin/20261122T051530.123Z-77.part", GOOD)
    run = watch(room)
    page = shows(room, "SAVED")
    match("an earlier run", page.text, "where it is from")
    equal(run.stop(signal.SIGTERM), 0, "exit status")


LINKED = ("Not recovered from an earlier run: '%s' has a second name (hard "
          "link)")


def linked_part(room, folder):
    """A part that is not ours alone: it is refused."""
    path = folder + "/20261122T051530.123Z-77.part"
    os.link(room.write(path, GOOD), room.path("other"))
    return path


@test("watch --page: what could not be recovered from an earlier run")
def _(room):
    path = linked_part(room, "out/stdin")
    run = watch(room)
    page = shows(room, re.escape(LINKED % path))
    check(("p", {"class": "alert"}) in page.tags, "it is no alert")
    run.write(GOOD)
    shows(room, re.escape(LINKED % path) + r"\s+SAVED")
    equal(run.stop(signal.SIGTERM), 0, "exit status")
    match(re.escape(LINKED % path), read(room).text, "at the end")


def free_port():
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return line.getsockname()[1]


def served(port, process, method="GET"):
    """What a server answers, once it does: status, body."""
    end = time.monotonic() + 30
    while True:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            line.request(method, "/", b"" if method == "PUT" else None)
            answer = line.getresponse()
            return answer.status, answer.read().decode()
        except ConnectionRefusedError:
            check(process.poll() is None and time.monotonic() < end,
                  "no server")
            time.sleep(0.05)
        finally:
            line.close()


@test("docs/headless.md: the web servers show the page, and only read")
def _(room):
    with open(os.path.join(h.HERE, "../../docs/headless.md"),
              encoding="utf-8") as file:
        text = file.read()
    commands = re.findall(r"^busybox httpd .*|python3 -m http\.server [^`]*",
                          text, re.M)
    equal([c.split()[0] for c in commands], ["busybox", "python3"], "commands")
    os.mkdir(room.path("run"))
    run = watch(room, page="run/index.html")
    shows(room, "NO DUMP YET", "run/index.html")
    for command in commands:
        words = command.split()
        if not shutil.which(words[0]):
            check(words[0] == "busybox", "no " + words[0])
            continue
        port = free_port()
        words = [room.path("run") if w == "/run/sxlib" else
                 str(port) if w == "8080" else w for w in words]
        server = subprocess.Popen(words, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
        try:
            status, body = served(port, server)
            equal(status, 200, "status of " + command)
            match("NO DUMP YET", Page(body).text, "the page")
            equal(served(port, server, "PUT")[0], 501, "PUT to " + command)
        finally:
            server.kill()
            server.wait()
    equal(run.stop(signal.SIGTERM), 0, "exit status")


# --- What may not be written ----------------------------------------------------

@test("--page: a file of the user's is never overwritten, and nothing starts")
def _(room):
    room.write("mine.html", b"<!DOCTYPE html>\n<title>mine</title>\n")
    room.write("p01.syx", GOOD)
    os.symlink("nowhere", room.path("link.html"))
    os.mkdir(room.path("dir.html"))
    for name in ("mine.html", "p01.syx", "link.html", "dir.html"):
        for args in (("watch", "-o", "out", "-p", "-"),
                     ("recall", "--from", "-", "--to", room.pty().port,
                      "--channel", "1", "--name", "p{n:02}", ".")):
            run = room.sxlib(*args, "--page", name)
            equal(run.status, 1, "exit status of %s" % args[0])
            match("'%s' is not a status page of sxlib" % name, run.err,
                  "what is said")
            check("listening" not in run.err, "it has started")
    equal(room.read("mine.html"), b"<!DOCTYPE html>\n<title>mine</title>\n",
          "the file")
    check(not os.path.exists(room.path("out")), "a folder was made")
    run = room.sxlib("watch", "-o", "out", "-p", "-", "--page", "out/")
    equal(run.status, 2, "exit status")


@test("--page: the page of an earlier run is replaced")
def _(room):
    for n in range(2):
        run = watch(room)
        run.write(GOOD)
        check(run.has_lines(1), "no path")
        shows(room, "SAVED")
        equal(run.stop(signal.SIGTERM), 0, "exit status")
    run = watch(room)
    shows(room, "NO DUMP YET")
    run.kill()
    run = watch(room)
    equal(run.stop(signal.SIGTERM), 0, "exit status after a kill")


def complaints(run):
    return [line for line in run.err.splitlines() if "status page" in line]


@test("--page: no folder for it is said once, and no dump is lost")
def _(room):
    run = watch(room, page="web/st.html")
    check(run.until(lambda: complaints(run)), "nothing is said")
    for n in range(1, 4):
        run.write(GOOD)
        check(run.has_lines(n), "no path")
        time.sleep(1.1)
    equal(len(complaints(run)), 1, "times it is said")
    match("'web/st.html': No such file", complaints(run)[0], "what is said")
    os.mkdir(room.path("web"))
    shows(room, "3 dumps", "web/st.html")
    equal(run.stop(signal.SIGTERM), 0, "exit status")
    equal(len(complaints(run)), 1, "times it is said")


def fill(path):
    """A file that takes all that its disk has left."""
    with open(path, "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass


@test("--page: a full disk under it is said once, and no dump is lost")
def _(room):
    with h.small_disk(room.path("web"), 64 << 10):
        fill(room.path("web/fill"))
        run = watch(room, page="web/st.html")
        check(run.until(lambda: complaints(run)), "nothing is said")
        run.write(GOOD)
        check(run.has_lines(1), "no path")
        equal(os.listdir(room.path("web")), ["fill"], "left behind")
        os.unlink(room.path("web/fill"))
        shows(room, "SAVED", "web/st.html")
        equal(run.stop(signal.SIGTERM), 0, "exit status")
        equal(len(complaints(run)), 1, "times it is said")


@test("watch --page: a full disk under the dumps is shown until it has room")
def _(room):
    with h.small_disk(room.path("out"), 1 << 20):
        run = watch(room, "--reserve", "0")
        run.write(h.sysex(room.random, 700000))
        check(run.has_lines(1), "no path")
        shows(room, "SAVED")
        run.write(h.sysex(room.random, 400000))
        shows(room, "The disk takes no dumps")
        os.unlink(room.path(run.lines[0]))
        check(run.has_lines(2), "no path")
        page = shows(room, "2 dumps")
        wait(lambda: "takes no dumps" not in read(room).text, "still full", 30)
        check("damaged" not in page.text, "damaged")
        equal(run.stop(signal.SIGTERM), 0, "exit status")


@test("watch --page: what a full disk still keeps from a file is LOST at the end")
def _(room):
    with h.small_disk(room.path("out"), 1 << 20):
        run = watch(room, "--reserve", "0")
        run.write(h.sysex(room.random, 700000))
        check(run.has_lines(1), "no path")
        run.write(h.sysex(room.random, 400000))
        shows(room, "The disk takes no dumps.*In memory: 1")
        equal(run.stop(signal.SIGTERM), 1, "exit status")
        match("1 dump buffered in memory is lost", run.err, "the log")
        page = read(room)
        match("watch has stopped", page.text, "the end")
        match("1 dump LOST", page.text, "what is lost")
        check("In memory" not in page.text, "there is no memory any more")


@test("watch --page: nearly full is shown before it is")
def _(room):
    with h.small_disk(room.path("out"), 4 << 20):
        run = watch(room, "--reserve", "2M")
        run.write(h.sysex(room.random, 1900000))
        check(run.has_lines(1), "no path")
        run.write(h.sysex(room.random, 300))
        check(run.has_lines(2), "no second path")
        page = shows(room, "The disk is nearly full")
        match("SAVED", page.text, "it is whole")
        match(r"MiB left: make room before it is full", run.err, "the log")
        equal(run.stop(signal.SIGTERM), 0, "exit status")


# --- The LED ---------------------------------------------------------------------

class Led:
    """An LED in a fake /sys."""

    def __init__(self, room, name="ACT", trigger=b"none [mmc0] timer\n"):
        self.room, self.folder = room, "sys/class/leds/%s/" % name
        room.write(self.folder + "trigger", trigger)
        room.write(self.folder + "brightness", b"0\n")
        room.write(self.folder + "max_brightness", b"1\n")
        asan = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
        self.env = {"LD_PRELOAD": CARDS, "SXLIB_TEST_CARDS": room.dir,
                    "ASAN_OPTIONS": asan.lstrip(":")}
        check(os.path.exists(CARDS), "no %s: make unit" % CARDS)

    def on(self):
        return self.room.read(self.folder + "brightness")[:1] == b"1"

    def lasts(self, least, limit=30.0):
        """Wait until it has been on for so many seconds without a break."""
        began, end = None, time.monotonic() + limit
        while time.monotonic() < end:
            if not self.on():
                began = None
            elif began is None:
                began = time.monotonic()
            elif time.monotonic() - began > least:
                return
            time.sleep(0.005)
        raise h.Failure("it is never on for %s s" % least)

    def changes(self, count, limit=30.0):
        """Wait for so many changes; the seconds that they took."""
        was, n = self.on(), 0
        began = time.monotonic()
        while n < count:
            check(time.monotonic() < began + limit, "it changed %d times" % n)
            if self.on() != was:
                was = not was
                n += 1
            time.sleep(0.002)
        return time.monotonic() - began

    def calm(self):
        """Wait until two flashes are as far apart as when it is ready."""
        wait(lambda: self.changes(4) > 2.5, "it is not calm", 60)

    def fast(self):
        """Wait until it blinks: of flashes, so many would take a minute."""
        wait(lambda: self.changes(20, 60) < 15, "it is not fast", 60)

    def trigger(self):
        return self.room.read(self.folder + "trigger").split(b"\n")[0]


@test("watch --led: ready, receiving, damaged, saved; its trigger comes back")
def _(room):
    led = Led(room)
    run = room.run("watch", "-o", "out", "-p", "-", "--led", "ACT",
                   stdin="pipe", env=led.env)
    run.listening()
    match(b"^none", led.trigger(), "trigger", 0)
    led.calm()
    run.write(b"\xf0\x7d\x01\x02")
    led.lasts(1.0)
    run.write(b"\x90")
    check(run.has_lines(1), "no path")
    led.fast()
    run.write(GOOD)
    check(run.has_lines(2), "no path")
    led.calm()
    equal(run.stop(signal.SIGTERM), 5, "exit status")
    match(b"^mmc0", led.trigger(), "trigger", 0)
    check(not led.on(), "it is on")


@test("--led: one that is missing, or may not be, is an error")
def _(room):
    led = Led(room)
    for name, status, said in (
            ("PWR", 1, "no LED 'PWR' in '/sys/class/leds'\nthere are: ACT"),
            ("../ACT", 2, "'../ACT' is not the name of an LED"),
            ("", 2, "'' is not the name of an LED")):
        run = room.sxlib("watch", "-o", "out", "-p", "-", "--led", name,
                         env=led.env)
        equal(run.status, status, "exit status of --led '%s'" % name)
        match(said, run.err, "what is said")
    os.unlink(room.path(led.folder, "brightness"))
    run = room.sxlib("watch", "-o", "out", "-p", "-", "--led", "ACT",
                     env=led.env)
    equal(run.status, 1, "exit status without its file")
    match("cannot write LED file", run.err, "what is said")
    match(b"^mmc0", led.trigger(), "its trigger", 0)
    check(not os.path.exists(room.path("out")), "a folder was made")


@test("--led: one that fails later is said once, and no dump is lost")
def _(room):
    led = Led(room)
    run = room.run("watch", "-o", "out", "-p", "-", "--led", "ACT",
                   "--split", "message", stdin="pipe", env=led.env)
    run.listening()
    os.rename(room.path("sys/class/leds/ACT"), room.path("gone"))
    run.says("cannot write LED file")
    for n in range(1, 6):
        run.write(GOOD)
        check(run.has_lines(n), "no path")
    equal(run.stop(signal.SIGTERM), 0, "exit status")
    equal(run.err.count("LED file"), 1, "times it is said")


@test("--led: that its trigger does not come back is said")
def _(room):
    led = Led(room)
    run = room.run("watch", "-o", "out", "-p", "-", "--led", "ACT",
                   stdin="pipe", env=led.env)
    run.listening()
    led.calm()
    os.unlink(room.path(led.folder, "trigger"))
    equal(run.stop(signal.SIGTERM), 0, "exit status")
    match("cannot write LED file '.*/trigger'", run.err, "what is said")


# --- recall ------------------------------------------------------------------------

class Stage:
    """A sequencer, sxlib and a unit with a name that comes and goes."""

    def __init__(self, room, *args, **more):
        self.room = room
        room.write("d/p01.syx", GOOD)
        room.write("d/p02.syx", b"\xf0\x7d\x05\xf7")
        self.sequencer, self.unit = room.pty(), room.pty().listen()
        self.link = room.path("u&<b>")
        os.symlink(self.unit.port[len("tty:"):], self.link)
        self.run = room.run("recall", "--from", self.sequencer.port,
                            "--to", "tty:" + self.link, "--channel", "1",
                            "--name", "p{n:02}", "--delay", "0", *args, "d",
                            **more)
        self.run.listening()


@test("recall --page: the last trigger and what it sent, and its ports")
def _(room):
    stage = Stage(room, "--page", "st.html")
    page = shows(room, "NO TRIGGER YET")
    match("u&<b>", page.text, "the unit's port")
    check("free of" not in page.text, "it stores nothing")
    stage.sequencer.feed(b"\xf8\xc0\x01")
    page = shows(room, "SENT")
    match(r"p02\.syx\s+program 2 on 1", page.text, "what it sent")
    equal(stage.unit.got(10, 5), b"\xf8\xf0\x7d\x05\xf7", "what was sent")
    os.unlink(stage.link)
    stage.unit.hang_up()
    stage.unit.close()
    shows(room, "gone")
    stage.sequencer.feed(b"\xc0\x00")
    shows(room, "NO PORT")
    stage.run.send_signal(signal.SIGTERM)
    equal(stage.run.end(), 0, "exit status")
    match("recall has stopped", read(room).text, "the end")


@test("recall --led: fast after a dump that had no port, until one is sent")
def _(room):
    led = Led(room, trigger=b"[none] timer\n")
    stage = Stage(room, "--led", "ACT", env=led.env)
    led.calm()
    os.unlink(stage.link)
    stage.unit.hang_up()
    stage.unit.close()
    stage.run.says("waiting for it")
    stage.sequencer.feed(b"\xc0\x00")
    check(stage.run.has_lines(1), "nothing became of the trigger")
    match("no port", stage.run.lines[0], "its outcome")
    led.fast()
    os.symlink(room.pty().port[len("tty:"):], stage.link)
    stage.run.says("is back")
    stage.sequencer.feed(b"\xc0\x00")
    check(stage.run.has_lines(2), "nothing became of the trigger")
    match("sent", stage.run.lines[1], "its outcome")
    led.calm()
    stage.run.send_signal(signal.SIGTERM)
    equal(stage.run.end(), 0, "exit status")
    match(b"^none", led.trigger(), "trigger", 0)


@test("recall --keep: warned before the disk is full, once, and shown")
def _(room):
    with h.small_disk(room.path("kept"), 8 << 20):
        stage = Stage(room, "--keep", "kept", "--page", "st.html")
        for n in range(1, 4):
            stage.unit.feed(h.sysex(room.random, 40 + n))
            check(stage.run.has_lines(n), "no path")
        stage.run.says("MiB left: make room")
        page = shows(room, "The disk is nearly full")
        shows(room, "3 dumps")
        match("SAVED", page.text, "the last dump")
        stage.run.send_signal(signal.SIGTERM)
        equal(stage.run.end(), 0, "exit status")
        equal(stage.run.err.count("make room"), 1, "times it is said")


@test("recall --keep: what could not be recovered is shown")
def _(room):
    path = linked_part(room, "kept")
    stage = Stage(room, "--keep", "kept", "--page", "st.html")
    shows(room, re.escape(LINKED % path))
    stage.run.send_signal(signal.SIGTERM)
    equal(stage.run.end(), 0, "exit status")


@test("recall --keep: a disk that is full is shown, also on the last page")
def _(room):
    with h.small_disk(room.path("kept"), 256 << 10):
        stage = Stage(room, "--keep", "kept", "--page", "st.html")
        fill(room.path("kept/fill"))
        stage.unit.feed(h.sysex(room.random, 40))
        shows(room, "The disk takes no dumps")
        stage.run.send_signal(signal.SIGTERM)
        equal(stage.run.end(), 1, "exit status")
        page = read(room)
        match("recall has stopped", page.text, "the end")
        match("The disk takes no dumps", page.text, "the end")


@test("recall --keep: a full disk is shown, and on the LED, until it has room")
def _(room):
    led = Led(room)
    with h.small_disk(room.path("kept"), 1 << 20):
        stage = Stage(room, "--keep", "kept", "--page", "st.html", "--led",
                      "ACT", env=led.env)
        led.calm()
        fill(room.path("kept/fill"))
        dump = h.jomox(room.random, 9000)
        stage.unit.feed(dump)
        shows(room, "The disk takes no dumps.*In memory: 1")
        led.fast()
        stage.sequencer.feed(b"\xc0\x00")
        shows(room, "SENT")
        equal(len(stage.run.lines), 1, "lines: " + stage.run.lines[-1])
        os.unlink(room.path("kept/fill"))
        check(stage.run.has_lines(2), "no path")
        wait(lambda: "takes no dumps" not in read(room).text, "still full", 30)
        check("In memory" not in read(room).text, "it is on the disk")
        led.calm()
        equal(room.read(stage.run.lines[-1]), dump, "the dump")
        stage.run.send_signal(signal.SIGTERM)
        equal(stage.run.end(), 0, "exit status")


@test("recall --keep: what a full disk keeps from a file is LOST at the end")
def _(room):
    with h.small_disk(room.path("kept"), 1 << 20):
        stage = Stage(room, "--keep", "kept", "--page", "st.html")
        fill(room.path("kept/fill"))
        stage.unit.feed(h.jomox(room.random, 9000))
        shows(room, "The disk takes no dumps.*In memory: 1")
        stage.run.send_signal(signal.SIGTERM)
        equal(stage.run.end(), 1, "exit status")
        match("1 dump buffered in memory is lost", stage.run.err, "the log")
        page = read(room)
        match("1 dump LOST", page.text, "what is lost")
        check("In memory" not in page.text, "there is no memory any more")


@test("recall --keep: what fails only at the end is on the last page")
def _(room):
    stage = Stage(room, "--keep", "kept", "--page", "st.html")
    stage.unit.feed(h.sysex(room.random, 42)[:-1])
    page = shows(room, "RECEIVING")
    check("takes no dumps" not in page.text, "before it fails")
    shutil.rmtree(room.path("kept"))
    stage.run.send_signal(signal.SIGTERM)
    equal(stage.run.end(), 1, "exit status")
    page = read(room)
    match("recall has stopped", page.text, "the end")
    match("The disk takes no dumps", page.text, "the end")


@test("recall: --page and --led have nothing to show without an output")
def _(room):
    room.write("p01.syx", GOOD)
    for what in ("--check", "--dry-run"):
        for args in (("--page", "st.html"), ("--led", "ACT")):
            run = room.sxlib("recall", "--from", "-", "--to", "virtual",
                             "--channel", "1", "--name", "p{n:02}", what,
                             *args, ".")
            equal(run.status, 2, "exit status")
    check(not os.path.exists(room.path("st.html")), "a page")


if __name__ == "__main__":
    h.main()
