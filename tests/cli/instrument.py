# SPDX-License-Identifier: ISC
"""An instrument at the other end of a serial line, for tests: it takes whole
SysEx messages and answers with what its function says. Knows no sources."""
import threading
import time

import harness as h


class Instrument(threading.Thread):
    """answer(message) gives a list of what it sends: bytes, or a number of
    seconds to wait, `scale` times as long. `heard` is all that came, byte by
    byte."""

    def __init__(self, line, answer, scale=1):
        super().__init__(daemon=True)
        self.line = line.listen()
        self.answer = answer
        self.scale = scale
        self.off = False
        self.messages = []
        self.start()

    @property
    def heard(self):
        return self.line.settled()

    def run(self):
        done = 0
        while not self.off and self.line.master >= 0:
            whole = [m for m, damage in h.frame(self.line.got(), "open")
                     if damage != "open"]
            for message in whole[done:]:
                self.messages.append(message)
                for part in self.answer(message) or []:
                    if self.off:
                        return
                    if isinstance(part, (int, float)):
                        time.sleep(part * self.scale)
                    else:
                        self.line.feed(part)
            done = len(whole)
            time.sleep(0.005)

    def wait_for(self, n, limit=20):
        """Until n messages have come."""
        end = time.monotonic() + limit
        while len(self.messages) < n and time.monotonic() < end:
            time.sleep(0.01)
        h.check(len(self.messages) >= n, "only %d of %d messages came"
                % (len(self.messages), n))
        return self.messages
