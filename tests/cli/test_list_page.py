#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""list --html: a collection as one page, whatever its names are."""
import base64
import hashlib
import html.parser
import os
import re
import shlex

import harness as h
import voices
from harness import check, equal, test

VOID = {"meta", "input"}


class Page(html.parser.HTMLParser):
    """The sections of a page; complains of what is not well-formed."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.files, self.tags, self.text = [], [], {}, {}
        self.feed(text)
        self.close()
        equal(self.open, [], "elements that are left open")

    def handle_starttag(self, tag, attrs):
        self.tags.setdefault(tag, []).append(dict(attrs))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "section":
            self.files.append({"class": dict(attrs).get("class"), "path": "",
                               "facts": "", "sounds": []})
        if tag == "li":
            self.files[-1]["sounds"].append({"i": "", "b": "", "code": ""})

    def handle_endtag(self, tag):
        check(self.open and self.open[-1] == tag,
              "</%s> ends %s" % (tag, self.open))
        self.open.pop()

    def handle_data(self, data):
        where = self.open[-1] if self.open else ""
        self.text[where] = self.text.get(where, "") + data
        if "li" in self.open and where in ("i", "b", "code"):
            self.files[-1]["sounds"][-1][where] += data
        elif where == "code":
            self.files[-1]["path"] += data
        elif where == "p":
            self.files[-1]["facts"] += data


def page(room, *args, cwd=None):
    run = room.run("list", "--html", *args, cwd=cwd)
    equal(run.end(), 0, "exit status")
    return Page(run.out.decode())


@test("every file and sound is in the page, with its reference")
def _(room):
    rng = room.random
    names = ["BASS %d" % n for n in range(1, 33)]
    room.write("lib/a.syx",
               voices.bank([voices.voice(rng, name) for name in names]))
    room.write("lib/kits.syx", h.md_kit(rng, 3, b"DEEP")
               + h.md_kit(rng, 9, b"OTHER"))
    room.write("lib/bad.syx", h.spoil(h.md_kit(rng, 4, b"BROKEN")))
    room.write("lib/pattern.syx", h.md_pattern(rng, 17))
    room.write("lib/cut.damaged.syx", b"\xf0\x31\x7f\x01\x02")
    room.write("lib/none.syx", b"nothing")
    found = page(room, "lib", "--sort", "file")
    equal([f["path"] for f in found.files],
          ["lib/a.syx", "lib/bad.syx", "lib/cut.damaged.syx", "lib/kits.syx",
           "lib/pattern.syx"], "files")
    equal([f["class"] for f in found.files],
          [None, "bad", "bad", None, None], "which are damaged")
    equal([len(f["sounds"]) for f in found.files], [32, 1, 0, 2, 0], "sounds")
    equal([(s["i"], s["b"], s["code"]) for s in found.files[0]["sounds"]],
          [("%d" % n, name, "lib/a.syx:%d" % n)
           for n, name in enumerate(names, 1)], "voices")
    equal([(s["i"], s["b"], s["code"]) for s in found.files[3]["sounds"]],
          [("4", "DEEP", "lib/kits.syx:4"), ("10", "OTHER", "lib/kits.syx:10")],
          "kits")
    equal(found.text["output"], "5 files, 35 sounds", "how many")
    for f in found.files:
        for s in f["sounds"]:
            run = room.sxlib("list", "-j", "--sounds", s["code"])
            equal([o["name"] for o in run.json], [s["b"]], s["code"])
    # As list filters and sorts.
    for order in ((), ("--sort", "bytes"), ("--sort", "name"), ("--sort", "file")):
        table = room.sxlib("list", "--json", "lib", *order)
        equal([f["path"] for f in page(room, "lib", *order).files],
              list(dict.fromkeys(o["file"] for o in table.json)),
              "the order of %s" % (order,))
    found = page(room, "lib", "--device", "dx7")
    equal([f["path"] for f in found.files], ["lib/a.syx"], "of a device")
    equal(len(found.files[0]["sounds"]), 32, "its sounds")
    found = page(room, "lib/kits.syx:10", "lib/a.syx")
    equal(sorted((f["path"], len(f["sounds"])) for f in found.files),
          [("lib/a.syx", 32), ("lib/kits.syx:10", 0)], "a reference")
    equal(room.sxlib("list", "--html", "lib").out,
          room.sxlib("list", "--html", "lib").out, "again")


@test("one page that needs nothing else, and whose script is the only one")
def _(room):
    room.write("a.syx", h.md_kit(room.random, 3, b"KIT"))
    text = room.sxlib("list", "--html", "a.syx").out.decode()
    found = Page(text)
    for word in ("http:", "https:", "//", "@import", "url(", "src=", "href="):
        check(word not in text, word + " is in the page")
    equal(len(found.tags["script"]), 1, "scripts")
    digest = hashlib.sha256(found.text["script"].encode()).digest()
    policy = [t["content"] for t in found.tags["meta"] if "http-equiv" in t]
    equal(policy, ["default-src 'none'; style-src 'unsafe-inline'; script-src "
                   "'sha256-%s'" % base64.b64encode(digest).decode()],
          "the policy, which has the hash of the script")
    check("prefers-color-scheme:dark" in found.text["style"], "dark")
    equal(text.splitlines()[0], "<!DOCTYPE html>", "first line")


HOSTILE = ["<b>x</b>", "</script>", "<!--", "]]>", "&lt;&#60;", "\"><i>",
           "'onx='", "<svg/o", "\x1b[2J\x07", "javascrip:"]
FILES = [b"<img src=x onerror=alert(1)>.syx", b"it's $(touch x) `id` \"q\".syx",
         b"-o.syx", b"new\nline.syx", b"bad\xff.syx", b"esc\x1b[2J.syx",
         "日本 \u202etxt.syx".encode(), b"#1;x&y|z.syx", b"~.syx", b"plain.syx"]


@test("names from instruments and of files are text, and run in no shell")
def _(room):
    plain = room.path("h")
    os.mkdir(plain)
    kits = b"".join(h.md_kit(room.random, n, name.encode())
                    for n, name in enumerate(HOSTILE))
    for name in FILES:
        with open(os.fsencode(plain) + b"/" + name, "wb") as file:
            file.write(kits)
    run = room.sxlib("list", "--html", "h")
    equal(run.status, 0, "exit status")
    text = run.out.decode()
    check(not set(text) & set("\x1b\x07\x00\x7f\u202e"), "control characters")
    found = Page(text)
    equal({tag: len(found.tags.get(tag, ())) for tag in
           ("script", "img", "b", "i", "svg", "section", "li", "code")},
          {"script": 1, "img": 0, "b": 100, "i": 100, "svg": 0, "section": 10,
           "li": 100, "code": 110}, "elements")
    allowed = {"class", "charset", "http-equiv", "content", "name", "lang",
               "type", "id", "placeholder", "aria-label", "autocomplete",
               "spellcheck", "hidden"}
    for tag, all_of in found.tags.items():
        for attributes in all_of:
            check(set(attributes) <= allowed, "%s %s" % (tag, attributes))
    paths = {}
    for f in found.files:
        words = shlex.split(f["path"])
        equal(len(words), 1, "words of " + f["path"])
        paths[words[0]] = f
        equal(len(f["sounds"]), 10, "sounds of " + f["path"])
        for s in f["sounds"]:
            equal(len(shlex.split(s["code"])), 1, "words of " + s["code"])
    equal(paths["h/plain.syx"]["path"], "h/plain.syx", "nothing to quote")
    equal([s["b"] for s in paths["h/plain.syx"]["sounds"]][:4], HOSTILE[:4],
          "names")
    for name in (FILES[0], FILES[1], FILES[7], FILES[8]):
        check("h/" + name.decode() in paths, name)
    run = room.run("list", "--html", cwd=plain)
    equal(run.end(), 0, "exit status")
    found = Page(run.out.decode())
    check("./-o.syx" in [f["path"] for f in found.files], "no option")
    found = page(room, "--", "-o.syx", cwd=plain)
    equal([f["path"] for f in found.files], ["./-o.syx"], "nor here")


@test("10,000 sounds")
def _(room):
    for n in range(313):
        room.write("lib/%d/b%03d.syx" % (n % 9, n), voices.bank(
            [voices.voice(room.random, "%d.%d" % (n, k)) for k in range(32)]))
    found = page(room, "lib")
    equal(found.text["output"], "313 files, 10016 sounds", "how many")
    equal(sorted(s["b"] for f in found.files for s in f["sounds"]),
          sorted("%d.%d" % (n, k) for n in range(313) for k in range(32)),
          "names")


@test("what fails")
def _(room):
    room.write("a.syx", h.md_kit(room.random, 3, b"KIT"))
    run = room.sxlib("list", "--html", "--json", "a.syx")
    equal((run.status, run.out), (2, b""), "with --json")
    run = room.sxlib("list", "--html", "--sounds", "a.syx")
    equal((run.status, run.out), (2, b""), "with --sounds")
    run = room.sxlib("list", "--html", "none.syx")
    equal((run.status, run.out), (1, b""), "no such file")
    equal(len(re.findall("none.syx", run.err)), 1, "it is reported once")
    run = room.sxlib("list", "--html", "none.syx", "a.syx")
    equal(run.status, 1, "one of two")
    equal([f["path"] for f in Page(run.out.decode()).files], ["a.syx"],
          "the other")
    os.mkdir(room.path("empty"))
    run = room.sxlib("list", "--html", "empty")
    equal((run.status, run.out), (3, b""), "an empty folder")
    with open("/dev/full", "wb") as full:
        equal(room.sxlib("list", "--html", "a.syx", stdout=full).status, 1,
              "a full disk")


h.main()
