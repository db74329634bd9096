#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Sounds inside of banks: found and named, by `show`. What the real dumps hold
was read by other programs and by eye: sounds.tsv beside them says it. Like the
dumps it is no part of the project."""
import csv
import os

import harness as h
from harness import check, equal, test

SOUNDS = os.path.join(h.DUMPS, "..", "..", "instruments", "sounds.tsv")


def known():
    """{file: [row]} of sounds.tsv, as far as the file is there."""
    if not os.path.exists(SOUNDS):
        raise h.Skip("no sounds.tsv beside the dumps, see SXLIB_DUMPS")
    files = {}
    with open(SOUNDS, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t",
                                  quoting=csv.QUOTE_NONE):
            files.setdefault(row["file"], []).append(row)
    return files


def shown(room, name):
    run = room.sxlib("show", "--json", os.path.join(h.DUMPS, name))
    equal(run.status, 0, "exit status of show " + name)
    return run.json


def same_name(want, got):
    # Some displays put them in the middle.
    return (got or "").strip() == want.strip()


def wrong(row, messages):
    """What is wrong with the sound of a row, or None."""
    offset, slot = int(row["offset"]), row["slot"]
    if row["index"] == "":
        # One sound may be several messages, of which one has its name.
        found = [m for m in messages
                 if offset <= m["offset"] <= int(row["last"])
                 and "stray" not in m]
        if not found or found[0]["offset"] != offset:
            return "no message"
        got = dict(found[0],
                   name=next((m["name"] for m in found if m["name"]), None))
    else:
        first, last = offset, int(row["last"])
        found = [s for m in messages if first <= m["offset"] <= last
                 for s in m.get("sounds") or []
                 if s["index"] == int(row["index"])]
        if not found:
            return "no such sound"
        got = found[0]
    if row["name"] and not same_name(row["name"], got["name"]):
        return "is called %r" % got["name"]
    if slot != "" and got["slot"] != int(slot):
        return "is in slot %r" % got["slot"]
    return None


@test("every sound known in real dumps is found, with its slot and its name")
def _(room):
    files = known()
    bad, n = [], 0
    for name in sorted(files):
        messages = shown(room, name)
        for row in files[name]:
            n += 1
            why = wrong(row, messages)
            if why is not None:
                bad.append("%s at %s, index %s, %r in slot %s: %s" % (
                    name, row["offset"], row["index"], row["name"],
                    row["slot"], why))
    check(not bad, "%d of %d sounds, such as\n%s" % (
        len(bad), n, "\n".join(bad[:: max(1, len(bad) // 40)][:45])))
    check(n > 3000, "only %d sounds were looked for" % n)


if __name__ == "__main__":
    h.main()
