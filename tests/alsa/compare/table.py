#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""table.py JSON <RESULTS: what guest.sh found out as a Markdown table.

table.py --jobs: the names of the jobs, in order.
"""
import json
import re
import statistics
import sys

JOBS = {
    "burst_38400": "burst of 128 × 300 = 38,400 bytes",
    "burst_300000": "burst of 1,000 × 300 = 300,000 bytes",
    "one_mib": "one message of 1 MiB, as fast as USB goes",
    "dx7_bank": "DX7 bank, 4,104 bytes, as fast as USB goes",
    "wire_speed": "12,500 bytes at DIN speed, 3 at a time",
    "frozen": "20,000 bytes at DIN pace, the reader frozen for 2 s",
    "full_disk": "DX7 bank onto a full disk",
    "nothing": "nothing comes",
    "unplug": "unplugged in the middle of a message",
    "terminate": "SIGTERM in the middle of a message",
    "existing_file": "into an existing file, from a port that is not there",
    "realtime": "DX7 bank with 41 real-time bytes inside",
    "send_dx7_bank": "send: DX7 bank",
    "send_one_mib": "send: one message of 1 MiB at full speed",
    "send_short": "send: 1 KiB at full speed, 20 times",
    "send_alien": "send: a text file named .syx or .mid",
    "send_terminate": "send: SIGTERM in the middle of a message",
    "play_timing": "play: 1,200 notes of a .mid, one each 5 ms",
    "record_timing": "record: 1,200 notes, one each 5 ms",
    "virtual_dx7": "`virtual`: DX7 bank comes in",
    "virtual_burst": "`virtual`: burst of 38,400 bytes comes in",
    "virtual_send": "`virtual`: send 3 messages, 10 ms apart",
}
TOOLS = {
    "sxlib": "sxlib", "amidi": "amidi",
    "arecordmidi": "arecordmidi, aplaymidi", "elektroid": "elektroid-cli",
    "midish": "midish",
}
PACKAGES = {
    "sxlib": "sxlib", "amidi": "alsa-utils", "arecordmidi": "alsa-utils",
    "elektroid": "elektroid", "midish": "midish",
}
CPU = ("one_mib", "wire_speed", "send_one_mib", "send_short")
NOISE = r"^(ALSA lib|.*GLib-CRITICAL|listening on|\S+\.syx$|press |--interrupt|recording st)"
WORDS = (r"lost|damaged|overrun|unplug|error|cannot|can't|fail|space|refus|"
         r"exist|no such|nothing|no bytes|not a|invalid|incomplete|abort")


def read(lines):
    """The runs, and the versions of everything."""
    runs, versions = [], {}
    for line in lines:
        kind, _, rest = line.rstrip("\n").partition(" ")
        if line.startswith("R\t"):
            job, tool, sent, lost, alien, status, cpu, wall, fact, said = \
                line.rstrip("\n").split("\t")[1:]
            runs.append({
                "job": job, "tool": tool, "sent": number(sent),
                "lost": number(lost), "alien": number(alien),
                "status": number(status), "cpu": float(cpu),
                "wall": float(wall),
                "fact": fact, "said": said.strip("|").split("|")})
        elif kind == "V":
            name, _, version = rest.partition(" ")
            versions[name] = version
        elif kind == "U":
            versions["kernel"] = rest
        elif kind == "A":
            versions[rest] = None
    return runs, versions


def number(text):
    return int(text) if text else None


def spread(values):
    """The median, and from where to where if they differ."""
    low, high = min(values), max(values)
    median = f"{statistics.median_low(values):,}"
    return median if low == high else f"{median} ({low:,} to {high:,})"


def short(said):
    """The line that tells most, cut."""
    lines = [s.strip() for s in said if not re.match(NOISE, s.strip())]
    telling = [s for s in lines if re.search(WORDS, s, re.I)] or lines[-1:]
    if not telling or not telling[0]:
        return "says nothing"
    text = re.sub(r"\S*ERROR:\S+\(\w+\): ", "", telling[0])
    text = re.sub(r"got/\S+\.part", "got/....part", text)
    text = text if len(text) <= 100 else text[:97] + "..."
    return "“" + re.sub(r"([|*_<`])", r"\\\1", text) + "”"


def cell(runs):
    if not runs:
        return "–"
    parts = []
    if runs[0]["lost"] is not None:
        lost = spread([r["lost"] for r in runs])
        parts.append(f"lost **{lost}**" if lost != "0" else "lost 0")
        if any(r["alien"] for r in runs):
            parts.append("**" + spread([r["alien"] for r in runs]) +
                         " alien bytes**")
    parts += sorted({r["fact"] for r in runs if r["fact"]})
    parts.append("exit " + ", ".join(
        str(s) for s in sorted({r["status"] for r in runs})))
    worst = max(runs, key=lambda r: (r["lost"] or 0) + (r["alien"] or 0))
    parts.append(short(worst["said"]))
    return "<br>".join(parts)


def cpu(runs):
    """CPU seconds for each MiB that arrived: the least of the runs, since a
    busy host can only add to it."""
    costs = [r["cpu"] * 2**20 / (r["sent"] - r["lost"]) for r in runs
             if r["sent"] > r["lost"]]
    return f"{min(costs):.2f}" if costs else "–"


def main():
    if sys.argv[1] == "--jobs":
        print("\n".join(JOBS))
        return
    runs, versions = read(sys.stdin)
    with open(sys.argv[1], "w", encoding="utf-8") as out:
        json.dump({"versions": versions, "runs": runs}, out, indent=1)
        out.write("\n")
    print("| job | " + " | ".join(
        f"{label} {versions.get(PACKAGES[tool], '')}"
        for tool, label in TOOLS.items()) + " |")
    print("|---" * (len(TOOLS) + 1) + "|")
    for job, title in JOBS.items():
        of = {tool: [r for r in runs if (r["job"], r["tool"]) == (job, tool)]
              for tool in TOOLS}
        if not any(of.values()):
            continue
        print(f"| {title} | " + " | ".join(
            cell(of[tool]) for tool in TOOLS) + " |")
        if job in CPU:
            print("| … CPU seconds per MiB that arrived | " + " | ".join(
                cpu(of[tool]) for tool in TOOLS) + " |")
    print()
    print("Kernel " + versions.get("kernel", "?") + "; libasound2 " +
          versions.get("libasound2", "?") + "; QEMU " + versions["qemu"] +
          " (TCG, 1 CPU)." + (" aseqsend is not in this alsa-utils."
                              if "aseqsend" in versions else ""))


if __name__ == "__main__":
    main()
