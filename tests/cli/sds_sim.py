#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A sampler at the other end of a line, after the MIDI Sample Dump Standard:
it takes samples, and dumps those it has. On demand it is deaf, slow, late,
lossy or wrong, says NAK, WAIT or CANCEL, or never answers at all.

By itself it shows the port it is on, until it is interrupted:

    tests/cli/sds_sim.py
"""
import contextlib
import threading
import time

import harness as h

HEADER, PACKET, REQUEST = 1, 2, 3
WAIT, CANCEL, NAK, ACK = 0x7C, 0x7D, 0x7E, 0x7F
FORWARD, ALTERNATING, NO_LOOP = 0, 1, 0x7F


def low_first(value, n):
    return bytes(value >> 7 * i & 0x7F for i in range(n))


def number(data):
    return sum(b << 7 * i for i, b in enumerate(data))


def message(kind, *rest, device=0):
    return bytes([0xF0, 0x7E, device, kind]) + b"".join(
        bytes([r]) if isinstance(r, int) else r for r in rest) + b"\xf7"


class Sample:
    """words: signed numbers of `bits` bits. loop: None, or (kind, start,
    end)."""

    def __init__(self, words, bits=16, period=22676, loop=None):
        self.words, self.bits, self.period = list(words), bits, period
        self.loop = loop

    def __repr__(self):
        return "Sample(%s, %d, %d, %s)" % (h.brief(self.words), self.bits,
                                           self.period, self.loop)

    def header(self, slot, device=0):
        kind, start, end = self.loop or (NO_LOOP, 0, 0)
        return message(HEADER, low_first(slot, 2), self.bits,
                       low_first(self.period, 3),
                       low_first(len(self.words), 3), low_first(start, 3),
                       low_first(end, 3), kind, device=device)

    def packets(self, device=0):
        width = -(-self.bits // 7)
        each = 120 // width
        for k in range(-(-len(self.words) // each)):
            data = b""
            for word in self.words[k * each:(k + 1) * each]:
                word = word + (1 << self.bits - 1) << 7 * width - self.bits
                data += bytes(word >> 7 * (width - 1 - i) & 0x7F
                              for i in range(width))
            yield packet(k, data.ljust(120, b"\0"), device)

    def messages(self, slot, device=0):
        return [self.header(slot, device)] + list(self.packets(device))


def packet(k, data, device=0):
    body = bytes([0x7E, device, PACKET, k & 0x7F]) + data
    x = 0
    for byte in body:
        x ^= byte
    return b"\xf0" + body + bytes([x & 0x7F, 0xF7])


def unpack(bits, data, count):
    width = -(-bits // 7)
    words = []
    for i in range(0, len(data) - width + 1, width):
        value = 0
        for byte in data[i:i + width]:
            value = value << 7 | byte
        words.append((value >> 7 * width - bits) - (1 << bits - 1))
    return words[:count]


class Sampler(threading.Thread):
    """memory: {slot: Sample}. events: what happened, as text.

    plan: {item: [trouble, ..]}, one for each time that the item (0: header, 1:
    first packet) comes or goes, then none; always: for those without a plan.
    What comes: "ok"; "deaf" (as if it had not come); "mute" (taken, but no
    answer); "late SECONDS"; "twice" (two ACKs); "nak"; "wait SECONDS" (WAIT,
    then ACK); "wait nak"; "wait for ever"; "cancel"; "stale N" (ACK of N
    before its own); "noise" (other MIDI before the ACK); "device N" (another
    unit's NAK before the ACK).
    What goes: "ok"; "corrupt"; "lost"; "cut"; "note" (a note in it); "twice";
    "number N"; "slow SECONDS"; "cancel"; "wait SECONDS"; "other" (a header of
    another slot first); "name" (a Machinedrum's name message before it);
    "stop" (nothing more comes).
    silent: it never answers, and does not wait for answers (open loop).
    """

    def __init__(self, line, memory=None, plan=None, always="ok",
                 silent=False, device=0, gap=0.02, resend=0.5):
        super().__init__(daemon=True)
        self.line = line.listen()
        self.memory = dict(memory or {})
        self.plan = {k: list(v) for k, v in (plan or {}).items()}
        self.always, self.silent, self.device = always, silent, device
        self.gap, self.resend = gap, resend
        self.events, self.messages, self.times = [], [], []
        self.coming = None  # [slot, Sample, words wanted, next packet]
        self.inbox = []
        self.rest = bytearray()
        self.seen = 0
        self.start_dump = None
        self.gone = bytearray()  # all that it has sent
        self.off = False
        self.start()

    def say(self, data):
        self.gone += data
        # The other side may be gone.
        with contextlib.suppress(OSError, ValueError, h.Failure):
            self.line.feed(data)

    def say_answer(self, kind, k):
        if not self.silent:
            self.say(message(kind, k & 0x7F, device=self.device))

    def trouble(self, item):
        steps = self.plan.get(item)
        return (steps.pop(0) if steps else self.always).split()

    # What comes in.

    def next(self, seconds):
        """The next whole message and its time, or None."""
        end = time.monotonic() + seconds
        while not self.off:
            if self.inbox:
                return self.inbox.pop(0)
            chunks = self.line.chunks
            if self.seen < len(chunks):
                when, data = chunks[self.seen]
                self.seen += 1
                for byte in data:
                    self.rest.append(byte)
                    if byte == 0xF7:
                        at = self.rest.rfind(0xF0)
                        if at >= 0:
                            whole = bytes(self.rest[at:])
                            self.messages.append(whole)
                            self.times.append(when)
                            self.inbox.append(whole)
                        self.rest.clear()
            elif time.monotonic() >= end:
                return None
            else:
                time.sleep(0.001)
        return None

    def run(self):
        while not self.off and self.line.master >= 0:
            if self.start_dump is not None:
                slot, self.start_dump = self.start_dump, None
                self.dump(slot)
            got = self.next(0.05)
            if not got:
                continue
            if got[:2] != b"\xf0\x7e":
                self.events.append("other")
            elif got[3] == HEADER and len(got) == 21:
                self.take_header(got)
            elif got[3] == PACKET and len(got) == 127:
                self.take_packet(got)
            elif got[3] == REQUEST and len(got) == 7:
                slot = number(got[4:6])
                self.events.append("request %d" % slot)
                if slot in self.memory:
                    self.dump(slot)
            elif got[3] == CANCEL:
                self.events.append("cancelled")
                self.coming = None

    def answer(self, item, k, words):
        """ACK, or what the trouble says. Is the item taken?"""
        what = words[0]
        if what == "deaf":
            return False
        if what == "nak":
            self.say_answer(NAK, k)
            return False
        if what == "cancel":
            self.say_answer(CANCEL, k)
            self.events.append("cancels")
            return False
        if what == "wait":
            self.say_answer(WAIT, k)
            if words[1] == "for":
                return False
            time.sleep(0.2 if words[1] == "nak" else float(words[1]))
            if words[1] == "nak":
                self.say_answer(NAK, k)
                return False
        if what == "late":
            time.sleep(float(words[1]))
        if what == "stale":
            self.say_answer(ACK, int(words[1]))
        if what == "noise":
            self.say(b"\xfe\x90\x40\x40\xf8" + bytes.fromhex("f07d0102f7"))
        if what == "device":
            self.say(message(NAK, k & 0x7F, device=int(words[1])))
        if what != "mute":
            self.say_answer(ACK, k)
        if what == "twice":
            self.say_answer(ACK, k)
        self.events.append("%s %d" % ("header" if item == 0 else "packet",
                                      item))
        return True

    def take_header(self, got):
        bits, kind = got[6], got[19]
        start, end = number(got[13:16]), number(got[16:19])
        sample = Sample([], bits, number(got[7:10]),
                        (kind, start, end) if kind != NO_LOOP else None)
        if self.answer(0, 0, self.trouble(0)):
            self.coming = [number(got[4:6]), sample, number(got[10:13]), 0]

    def take_packet(self, got):
        x = 0
        for byte in got[1:-2]:
            x ^= byte
        if not self.coming:
            self.events.append("stray packet")
            return
        slot, sample, count, expected = self.coming
        k = got[4]
        if x != got[-2]:
            self.events.append("bad packet")
            self.say_answer(NAK, k)
        elif k == expected - 1 & 0x7F and expected > 0:
            self.events.append("again %d" % expected)
            self.say_answer(ACK, k)
        elif k != expected & 0x7F:
            self.events.append("wrong number %d" % k)
            self.say_answer(NAK, expected)
        elif self.answer(expected + 1, k, self.trouble(expected + 1)):
            each = 120 // -(-sample.bits // 7)
            sample.words += unpack(
                sample.bits, got[5:-2], min(each, count - len(sample.words)))
            self.coming[3] += 1
            if len(sample.words) == count:
                self.memory[slot] = sample
                self.coming = None

    # What goes out.

    def give(self, item, data, words):
        what = words[0]
        if what == "lost":
            return
        if what == "slow":
            time.sleep(float(words[1]))
        if what == "wait":
            self.say(message(WAIT, 0, device=self.device))
            time.sleep(float(words[1]))
        if what == "other":
            self.say(Sample([1] * 40).header(99))
        if what == "name":
            self.say(bytes.fromhex("f000203c020073") + bytes([3])
                     + b"KICK\xf7")
        if what == "number":
            self.say(packet(int(words[1]), data[5:-2], self.device))
        elif what == "corrupt":
            self.say(data[:50] + bytes([data[50] ^ 1]) + data[51:])
        elif what == "cut":
            self.say(data[:50] + b"\xf0\xf7")
        elif what == "note":
            self.say(data[:50] + b"\x90\x40\x40" + data[50:])
        else:
            self.say(data)
        if what == "twice":
            self.say(data)

    def dump(self, slot):
        items = self.memory[slot].messages(slot, self.device)
        at, tries = 0, 0
        while at < len(items) and not self.off:
            words = self.trouble(at)
            if words[0] == "stop":
                self.events.append("stopped")
                return
            if words[0] == "cancel":
                self.say(message(CANCEL, at & 0x7F, device=self.device))
                return
            self.give(at, items[at], words)
            if self.silent:
                at += 1
                time.sleep(self.gap)
                continue
            at, tries = self.after(at, tries)
            if tries > 8:
                self.events.append("gave up")
                return
        self.events.append("dumped %d" % slot)

    def after(self, at, tries):
        """The item that is next, by what is answered."""
        end = time.monotonic() + self.resend
        while time.monotonic() < end:
            got = self.next(end - time.monotonic())
            if not got or got[:2] != b"\xf0\x7e" or len(got) != 6:
                continue
            kind, k = got[3], got[4]
            if kind == CANCEL:
                self.events.append("cancelled")
                return at, 99
            if kind == ACK and (at == 0 or k == at - 1 & 0x7F):
                return at + 1, 0
            if kind == NAK:
                self.events.append("nak %d" % k)
                back = at - 1 - k & 0x7F
                return (at - back if back < at else at), tries + 1
        self.events.append("resend %d" % at)
        return at, tries + 1


if __name__ == "__main__":
    LINE = h.Pty()
    print(LINE.port, flush=True)
    SIM = Sampler(LINE, {3: Sample(range(-2000, 2000))})
    try:
        while True:
            time.sleep(1)
    except KeyboardInterrupt:
        print("\n".join(SIM.events))
