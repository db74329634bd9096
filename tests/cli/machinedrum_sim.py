#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""An Elektron Machinedrum at the other end of a line, after Appendix C of its
manual: it gives what it is asked for and stores what it is sent. On demand it
is deaf, slow, late, lossy, wrong or says everything twice.

By itself it shows the port it is on, until it is interrupted:

    tests/cli/machinedrum_sim.py
"""
import random
import time

import harness as h
from instrument import Instrument

HEAD = bytes([0xF0, 0x00, 0x20, 0x3C, 0x02, 0x00])
GLOBAL, KIT, PATTERN, SONG = 0x50, 0x52, 0x67, 0x69
SLOTS = {GLOBAL: 8, KIT: 64, PATTERN: 128, SONG: 32}
VERSIONS = {GLOBAL: (6, 1), KIT: (4, 1), PATTERN: (3, 1), SONG: (2, 2)}
REQUESTS = {0x51: GLOBAL, 0x53: KIT, 0x68: PATTERN, 0x6A: SONG}
NAMES = {"global": GLOBAL, "kit": KIT, "pattern": PATTERN, "song": SONG}
STATUS_REQUEST, STATUS_RESPONSE, SAVE_KIT, LOAD_KIT = 0x70, 0x72, 0x59, 0x58
SET_STATUS = 0x71


def fresh(rng, kind, slot):
    """A dump as the unit itself would make it."""
    if kind == PATTERN:
        size = rng.choice([2763, 2763, 5410])
        data = h.data7(rng, size - 15)
    elif kind == KIT:
        name = b"KIT %02d" % (slot + 1)
        data = name.ljust(16, b"\0") + h.data7(rng, 1233 - 31)
    elif kind == SONG:
        name = b"SONG %02d" % (slot + 1)
        data = name.ljust(16, b"\0") + h.data7(rng, 12 * rng.randrange(1, 9))
    else:
        data = h.data7(rng, 197 - 15)
    return h.elektron(2, kind, VERSIONS[kind], slot, data)


def whole(message):
    """Do checksum and length hold?"""
    body, footer = message[9:-5], message[-5:-1]
    sum14, count = sum(body) & 0x3FFF, len(message) - 10 & 0x3FFF
    return footer == bytes([sum14 >> 7, sum14 & 0x7F, count >> 7,
                            count & 0x7F])


class Machinedrum(Instrument):
    """memory: {(kind, slot): dump}. asked: [(kind, slot)] as they came.
    saved: dumps that were taken in; refused: those that were not.

    plan: {(kind, slot): [trouble, ..]}, one for each time it is asked, then
    none. What a trouble may be: "ok", "deaf"; "late SECONDS"; "slow SECONDS"
    (in pieces, over so long); "stall SECONDS" (in its middle); "twice"; "edited"
    (once more, with a value edited); "wrong SLOT" (that slot's dump instead);
    "before SLOT" (that slot's dump instead, which is edited then);
    "corrupt" (a wrong byte); "misplaced SLOT" (wrong is that of its slot);
    "short" (a byte is lost); "cut" (no end); "note" (a note in its middle);
    "other" (the right dump, after another that nobody asked for); "echo" (the
    request comes back first). always: the same for every request that the plan
    says nothing of. scale: by how much the time within a dump ("slow", "stall")
    is longer.
    """

    def __init__(self, line, seed=1, plan=None, always="ok", scale=1):
        self.rng = random.Random(seed)
        self.memory = {(kind, slot): fresh(self.rng, kind, slot)
                       for kind, slots in SLOTS.items()
                       for slot in range(slots)}
        self.plan = {key: list(what) for key, what in (plan or {}).items()}
        self.always = always
        self.asked, self.saved, self.refused = [], [], []
        self.stretch = scale
        self.status = {1: 0, 2: 0, 4: 0, 8: 0, 0x10: 0, 0x20: 0, 0x22: 0}
        super().__init__(line, self.reply)

    def run(self):
        """As an instrument does, but each byte is looked at once."""
        taken = 0
        rest = bytearray()
        while not self.off and self.line.master >= 0:
            chunks = self.line.chunks
            if taken == len(chunks):
                time.sleep(0.002)
                continue
            rest += chunks[taken][1]
            taken += 1
            while 0xF7 in rest:
                end = rest.index(0xF7) + 1
                message = bytes(rest[:end])
                del rest[:end]
                if 0xF0 in message:
                    self.take(message[message.rindex(0xF0):])

    def take(self, message):
        self.messages.append(message)
        for part in self.reply(message):
            if self.off:
                return
            if isinstance(part, (int, float)):
                time.sleep(part)
                continue
            try:
                self.line.feed(part)
            except (h.Failure, OSError, ValueError):
                return  # unplugged, or nobody takes it any more

    def reply(self, message):
        if message[:6] != HEAD or len(message) < 9:
            return []
        command, number = message[6], message[7]
        if command in REQUESTS and len(message) == 9:
            kind = REQUESTS[command]
            if number >= SLOTS[kind]:
                return []
            self.asked.append((kind, number))
            steps = self.plan.get((kind, number))
            trouble = steps.pop(0) if steps else self.always
            return self.give(message, kind, number, trouble)
        if command in SLOTS:
            self.save(message)
        elif command == STATUS_REQUEST and number in self.status:
            return [HEAD + bytes([STATUS_RESPONSE, number,
                                  self.status[number], 0xF7])]
        elif command == SET_STATUS and number in self.status:
            self.status[number] = message[8]
        elif command == LOAD_KIT:
            self.status[2] = number
        return []

    def save(self, message):
        kind, slot = message[6], message[9]
        if len(message) < 15 or slot >= SLOTS[kind] or not whole(message):
            self.refused.append(message)
            return
        self.memory[kind, slot] = message
        self.saved.append(message)

    def edit(self, kind, slot):
        """One value of it becomes another: as long, and with a good checksum."""
        old = self.memory[kind, slot]
        self.memory[kind, slot] = h.elektron(
            old[4], kind, old[7:9], slot, h.spoil(old[10:-5], 700))
        return self.memory[kind, slot]

    def give(self, request, kind, slot, trouble):
        dump = self.memory[kind, slot]
        word, _, value = trouble.partition(" ")
        half = len(dump) // 2
        if word == "ok":
            return [dump]
        if word == "deaf":
            return []
        if word == "late":
            return [float(value), dump]
        if word == "slow":
            step = len(dump) // 8 + 1
            parts = []
            for at in range(0, len(dump), step):
                parts += [float(value) * self.stretch / 8,
                          dump[at:at + step]]
            return parts
        if word == "stall":
            return [dump[:half], float(value) * self.stretch, dump[half:]]
        if word == "twice":
            return [dump, dump]
        if word == "edited":
            return [dump, self.edit(kind, slot)]
        if word == "before":
            before = self.memory[kind, int(value)]
            self.edit(kind, int(value))
            return [before]
        if word == "wrong":
            return [self.memory[kind, int(value)]]
        if word == "corrupt":
            return [h.spoil(dump, half)]
        if word == "misplaced":
            return [dump[:9] + bytes((int(value),)) + dump[10:]]
        if word == "short":
            return [dump[:half] + dump[half + 1:]]
        if word == "cut":
            return [dump[:half]]
        if word == "note":
            return [dump[:half] + b"\x90\x40\x40" + dump[half:]]
        if word == "other":
            return [self.memory[GLOBAL, 7], dump]
        if word == "echo":
            return [request, dump]
        raise ValueError(trouble)


def main():
    line = h.Pty()
    Machinedrum(line)
    print(line.port, flush=True)
    try:
        while True:
            time.sleep(1)
    except KeyboardInterrupt:
        line.close()


if __name__ == "__main__":
    main()
