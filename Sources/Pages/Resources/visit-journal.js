// What the phone remembers, in IndexedDB: its enrolment, its questions, and every rating until it is
// acknowledged (SPEC section 9). Tabs and the service worker share it; each change is one transaction,
// so that a sequence is given once whoever gives it.

const name = "pikapalaute-visit";
const durable = { durability: "strict" };

const answer = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

/** An epoch names one journal (D1): drawn anew for each, and never the last one's. */
function freshEpoch(last) {
  for (;;) {
    const [epoch] = crypto.getRandomValues(new Uint32Array(1));
    if (epoch !== last) return epoch;
  }
}

/** The browser threw the journal away while the page was open. */
export class JournalLost extends Error {}

export class Journal {
  #opening = null;
  #channel = new BroadcastChannel(name);

  /** Called after a change by another tab or by the service worker. */
  set onchange(heard) {
    this.#channel.onmessage = heard;
  }

  #open() {
    this.#opening ??= new Promise((resolve, reject) => {
      const request = indexedDB.open(name, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("state");
        request.result.createObjectStore("presses", { keyPath: "sequence" });
        request.result.createObjectStore("aside", { autoIncrement: true });
      };
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        const database = request.result;
        const forget = () => { this.#opening = null; };
        database.onversionchange = () => { database.close(); forget(); };
        database.onclose = forget;
        resolve(database);
      };
    });
    this.#opening.catch(() => { this.#opening = null; });
    return this.#opening;
  }

  /** Runs `work` in one transaction over everything; what it returns, once that is on disk. */
  async #change(work, tell = true) {
    const database = await this.#open();
    const transaction = database.transaction(["state", "presses", "aside"], "readwrite", durable);
    const ended = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error ?? new Error("aborted"));
    });
    ended.catch(() => {});
    let result;
    try {
      result = await work({
        state: transaction.objectStore("state"), presses: transaction.objectStore("presses"),
        aside: transaction.objectStore("aside"),
      });
    } catch (error) {
      try { transaction.abort(); } catch { /* It ended already. */ }
      await ended.catch(() => {});
      throw error;
    }
    await ended;
    if (tell) this.#channel.postMessage(null);
    return result;
  }

  async #read(store, work) {
    const database = await this.#open();
    return answer(work(database.transaction(store).objectStore(store)));
  }

  /** "enrolment" { site, device, token, touchpoint, time_zone }, "questions" { tag, slots }, "language",
   *  "isRefused"; undefined when it was never kept. */
  get(key) {
    return this.#read("state", (state) => state.get(key));
  }

  set(key, value) {
    return this.#change(({ state }) => answer(state.put(value, key)));
  }

  /** How many ratings were not acknowledged yet. */
  waiting() {
    return this.#read("presses", (presses) => presses.count());
  }

  /** How many will never be sent from here, and are kept for whoever can tell what to do. */
  aside() {
    return this.#read("aside", (aside) => aside.count());
  }

  /** Keeps a rating; it is on disk when this returns. */
  press(button, slot, now = Date.now()) {
    return this.#change(async ({ state, presses }) => {
      const journal = await answer(state.get("journal"));
      if (!journal) throw new JournalLost();
      const at = Math.floor(now / 1000);
      await answer(presses.add({
        sequence: journal.next, at, milliseconds: now - 1000 * at, button, slot,
      }));
      await answer(state.put({ ...journal, next: journal.next + 1 }, "journal"));
    });
  }

  /** The oldest ratings, about to be sent; null when there is none. */
  batch(limit) {
    return this.#change(async ({ state, presses }) => {
      const journal = await answer(state.get("journal"));
      const held = await answer(presses.getAll(null, limit));
      if (!journal || held.length === 0) return null;
      const first = held[0].sequence;
      const sent = Math.max(journal.sent, first + held.length);
      await answer(state.put({ ...journal, sent }, "journal"));
      return { epoch: journal.epoch, first, presses: held };
    }, false);
  }

  /** Forgets what is counted. An answer above all that was sent is another journal's (D5): this one
   *  begins anew under another epoch. */
  acknowledge({ epoch, next }) {
    return this.#change(async ({ state, presses }) => {
      const journal = await answer(state.get("journal"));
      if (journal?.epoch !== epoch) return;
      if (next > journal.sent) await this.#restart(state, presses, journal.epoch);
      else await answer(presses.delete(IDBKeyRange.upperBound(next, true)));
    });
  }

  /** Takes a rating that the service never accepts out of the way of the others. */
  setAside(sequence) {
    return this.#change(async ({ presses, aside }) => {
      const press = await answer(presses.get(sequence));
      if (press) await answer(aside.add({ ...press, why: "refused" }));
      await answer(presses.delete(sequence));
    });
  }

  /** Goes on as the same device under another token, else begins anew as another device: ratings that wait
   *  go along to the same touchpoint; another's are put aside. */
  enrol(enrolment) {
    return this.#change(async ({ state, presses, aside }) => {
      const before = await answer(state.get("enrolment"));
      const journal = await answer(state.get("journal"));
      const isSame = (...members) => members.every((member) => before?.[member] === enrolment[member]);
      if (before && !isSame("site", "touchpoint")) {
        for (const press of await answer(presses.getAll())) {
          await answer(aside.add({ ...press, why: before.touchpoint }));
        }
        await answer(presses.clear());
      }
      await answer(state.put(enrolment, "enrolment"));
      await answer(state.delete("questions"));
      await answer(state.delete("isRefused"));
      if (!journal || !isSame("site", "device")) await this.#restart(state, presses, journal?.epoch);
    });
  }

  async #restart(state, presses, lastEpoch) {
    const held = await answer(presses.getAll());
    await answer(presses.clear());
    for (const [sequence, press] of held.entries()) await answer(presses.add({ ...press, sequence }));
    const journal = { epoch: freshEpoch(lastEpoch), next: held.length, sent: 0 };
    await answer(state.put(journal, "journal"));
  }
}
