"""What a device does with its journal: a plain model of one device, written from SPEC.md alone.

It has one frame on its way at a time. Presses are (at or None, milliseconds, button, slot, utc).
"""

SILENCES = 8  # D8: so many in a row make a frame suspect
FRAME_PRESSES_MAX = 4


class Device:
    def __init__(self, random):
        self.random = list(random)  # what the hardware source gives, in order
        self.epoch, self.used = None, set()
        self.first = 0  # sequence of the oldest press held
        self.held = []  # synced
        self.unsynced = []
        self.set_aside = []
        self.sent_end = 0  # one past the greatest sequence that was ever sent in the epoch
        self.is_utc = False
        self.frames = []
        self._settle()

    def _settle(self):
        """Nothing is on its way, and nothing is suspect."""
        self.limit, self.silences, self.in_flight = FRAME_PRESSES_MAX, 0, 0
        self.is_probing, self.probes = False, 0

    def _new_epoch(self):
        while True:
            self.epoch = self.random.pop(0)
            if self.epoch not in self.used:
                break
        self.used.add(self.epoch)
        self.first = self.sent_end = 0
        self._settle()

    def start(self):
        """Power on: the counter begins anew, and the clock is not set."""
        self.is_utc, self.unsynced = False, []
        if self.epoch is None:
            self._new_epoch()
        self.held = [
            press if press[4] else (None, 0, press[2], press[3], False) for press in self.held]
        self.sent_end = self.first + len(self.held)
        self._settle()
        self._send()

    def wipe(self):
        """The journal is gone, and power comes back."""
        self.epoch, self.held = None, []
        self.start()

    def set_clock(self):
        self.is_utc = True

    def press(self, at, milliseconds, button, slot):
        self.unsynced.append((at, milliseconds, button, slot, self.is_utc))

    def sync(self):
        self.held += self.unsynced
        self.unsynced = []
        if not self.in_flight:
            self._send()

    def _send(self, skipping=0):
        """The frame from the oldest press held, or from one after it."""
        rest = self.held[skipping:]
        if not rest:
            return
        kind = rest[0][4]
        presses = []
        for press in rest[:self.limit]:
            if press[4] != kind:
                break
            presses.append(press)
        first = self.first + skipping
        self.sent_end = max(self.sent_end, first + len(presses))
        self.frames.append({
            "epoch": self.epoch, "first": first, "oldest": skipping == 0, "utc": kind,
            "presses": [list(press[:4]) for press in presses]})
        if skipping == 0:
            self.in_flight = len(presses)

    def silence(self):
        if not self.in_flight:
            return
        self.silences += 1
        if self.silences % SILENCES == 0:
            if self.in_flight > 1:
                self.limit = self.in_flight // 2
            else:
                self.is_probing, self.limit = True, 1
        self._send()
        if self.is_probing and len(self.held) > 1:
            # The press after it may be no better: one after the other has its turn.
            self._send(skipping=1 + self.probes % (len(self.held) - 1))
            self.probes += 1

    def _drop_first(self):
        self.set_aside.append(self.held.pop(0))
        self.first += 1
        self._settle()
        self._send()

    def answer(self, epoch, next_, rewind):
        if epoch != self.epoch:
            return
        if next_ > self.sent_end:
            self._new_epoch()
            self._send()
        elif next_ > self.first:
            self.held = self.held[next_ - self.first:]
            self.first = next_
            self._settle()
            self._send()
        elif rewind and self.is_probing:
            # What was set aside before it may be missing too.
            self._drop_first()
        elif rewind:
            self._send()

    def status(self, status):
        """An answer over HTTP that is no acknowledgement."""
        if status in (400, 413) and self.in_flight > 1:
            self.limit = self.in_flight // 2
            self._send()
        elif status in (400, 413) and self.in_flight == 1:
            self._drop_first()

    def wait(self):
        """The pause after such an answer is over: not a silence."""
        self._send()
