# SPDX-License-Identifier: ISC
"""A Roland MT-32 at the other end of a line: RQ1 is answered by as many DT1s
as its data need, DT1 is stored."""
import random

import harness as h
from instrument import Instrument

PACKET = 256  # data bytes of a DT1 at most


def number(data):
    value = 0
    for byte in data:
        value = value << 7 | byte
    return value


def seven(value, width):
    return bytes(value >> 7 * i & 0x7F for i in reversed(range(width)))


def checked(head, body):
    return head + body + bytes([-sum(body) & 0x7F, 0xF7])


class Roland(Instrument):
    """plan: one trouble for each request, then none: "ok", "deaf", "lost N"
    (packet N is), "twice N", "swap N M" (N comes in place of M, too),
    "corrupt N", "late SECONDS". packet: data bytes of a DT1 that it sends at
    most."""

    def __init__(self, line, device=0x10, model=b"\x16", width=3, plan=(),
                 seed=1, packet=PACKET):
        self.head = bytes([0xF0, 0x41, device]) + model
        self.width = width
        self.packet = packet
        self.memory = {}
        self.rng = random.Random(seed)
        self.plan = list(plan)
        self.asked = []
        super().__init__(line, self.reply)

    def byte(self, address):
        return self.memory.setdefault(address, self.rng.randrange(128))

    def packets(self, address, size):
        found = []
        while size > 0:
            count = min(size, self.packet)
            body = seven(address, self.width) + bytes(
                self.byte(address + i) for i in range(count))
            found.append(checked(self.head + b"\x12", body))
            address += count
            size -= count
        return found

    def reply(self, message):
        at = len(self.head) + 1
        body = message[at:-2]
        if message[:at - 1] != self.head or \
                message != checked(message[:at], body):
            return []
        address = number(body[:self.width])
        if message[at - 1] == 0x12:
            for i, byte in enumerate(body[self.width:]):
                self.memory[address + i] = byte
            return []
        if message[at - 1] != 0x11 or len(body) != 2 * self.width:
            return []
        size = number(body[self.width:])
        self.asked.append((address, size))
        return self.trouble(self.packets(address, size))

    def trouble(self, packets):
        word, _, value = (self.plan.pop(0) if self.plan else "ok").partition(
            " ")
        if word == "deaf":
            return []
        if word == "late":
            return [float(value)] + packets
        if word == "swap":
            which, other = map(int, value.split())
            packets[other] = packets[which]
            return packets
        which = int(value or 0)
        if word == "lost":
            del packets[which]
        elif word == "twice":
            packets.insert(which, packets[which])
        elif word == "corrupt":
            packets[which] = h.spoil(packets[which], 20)
        return packets
