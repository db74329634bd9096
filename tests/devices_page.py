#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""devices_page.py SXLIB: docs/devices.md, out of what `sxlib devices` knows."""
import itertools
import json
import os
import subprocess
import sys

HEAD = """\
# The devices sxlib knows

This page is made from the program's own rows by `make devices-page`; a test compares the two. The
same, with your own devices first, is `sxlib devices`.

A device that is not here is no problem: its dumps are received, kept, verified as far as the MIDI
specification goes, and sent like all others. Only their names say less, and you can teach sxlib the
rest ([librarian.md](librarian.md)).

- **Kinds** are those of [kinds.md](kinds.md), as far as they can be told from the bytes.
- **Names**: whether sxlib shows the names of its sounds; *none* if its format has none, empty if
  that is not known.
- **Requests** are what `sxlib request` can ask it for. Where no manual prints them, it says so.
- **Checksum** is the rule by which a damaged dump is found: *none* if a document says that the
  format has none, empty if no rule is known.
- **Pause** is what `send` waits after a message; empty: 60 ms. A slower rate stands beside it.
- **Trust**: *seen* was checked on real dumps, *documented* is in the maker's manual or the MIDI
  specification, *inferred* is a guess from other programs, from users or from a likeness.
- In parentheses: what is known of several devices together.

%d rows: %s. %d name their sounds, %d have no names to show; %d can be
asked for dumps.
"""


def rows_of(sxlib):
    # Not the user's own rows.
    env = dict(os.environ, XDG_CONFIG_HOME="/nonexistent")
    done = subprocess.run([sxlib, "devices", "--json"], env=env, check=True,
                          stdout=subprocess.PIPE)
    return [json.loads(line) for line in done.stdout.splitlines()]


def cell(text):
    return str(text or "").replace("|", "\\|")


def pace(row):
    words = []
    if row["delay_ms"] is not None:
        words.append("%d ms" % row["delay_ms"])
    if row["rate"] is not None:
        words.append("%d bytes/s" % row["rate"])
    return ", ".join(words)


def page(rows):
    count = ", ".join("%d %s" % (sum(r["trust"] == t for r in rows), t)
                      for t in ("seen", "documented", "inferred"))
    known = [sum(r["names"] == n for r in rows) for n in ("yes", "none")]
    asked = sum(r["requests"] is not None for r in rows)
    lines = [HEAD % (len(rows), count, *known, asked)]
    for ident, group in itertools.groupby(rows, lambda r: r["maker_id"]):
        group = list(group)
        lines.append("## %s (ID %s)\n" % (
            cell(group[0]["maker"]),
            " ".join(ident[i:i + 2] for i in range(0, len(ident), 2)).upper()))
        lines.append("| device | kinds | names | requests | checksum | pause | trust | source |")
        lines.append("|---|---|---|---|---|---|---|---|")
        for row in group:
            lines.append("| %s |" % " | ".join(
                cell(text) for text in (
                    row["device"], row["kinds"], row["names"],
                    row["requests"],
                    row["checksum"], pace(row),
                    row["trust"], row["source"])))
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(page(rows_of(sys.argv[1])))
