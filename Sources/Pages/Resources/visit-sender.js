// Brings ratings to the service, and questions back. One of all tabs and the service worker sends at a
// time; two would do no harm, since what was counted is skipped.

import { acknowledgement, pressFrame, pressesMax } from "./frame.js";

const silenceMs = 30_000, refusedMs = 60_000;
// A clock that is further behind does not say UTC: the service takes its times for a counter's (W3).
// One that is ahead is corrected by the service (W2).
const behindSecondsMax = 120;

const wait = (state, afterMs = null) => ({ state, afterMs });
const seconds = (milliseconds) => Math.floor(milliseconds / 1000);

/**
 * Sends until nothing waits or something is in the way.
 *
 * Returns { state, afterMs }: "sent", "busy" (another tab sends), "waiting" (no answer, or not now),
 * "refused" (not enrolled any more), "unenrolled"; afterMs is when to try again, null = as you like.
 */
export function send(journal) {
  if (!navigator.locks) return round(journal);
  return navigator.locks.request("pikapalaute-visit-sender", { ifAvailable: true }, (lock) =>
    lock ? round(journal) : wait("busy"));
}

async function round(journal) {
  const enrolment = await journal.get("enrolment");
  if (!enrolment) return wait("unenrolled");
  const asked = await askQuestions(journal, enrolment);
  if (asked.state !== "sent") return asked;
  let limit = pressesMax, standing = 0;
  for (;;) {
    const batch = await journal.batch(limit);
    if (!batch) return wait("sent");
    const now = Date.now();
    const frame = pressFrame({
      ...batch, isUTC: asked.behindSeconds <= behindSecondsMax, isOldest: true, sentAt: seconds(now),
    });
    const reply = await ask(enrolment, "press", {
      method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: frame,
    });
    if (reply?.status === 200 || reply?.status === 409) {
      const said = await reply.arrayBuffer().then((bytes) => acknowledgement(new Uint8Array(bytes)), () => null);
      if (!said || said.error) return wait("waiting");
      await journal.acknowledge(said);
      // Rewind asks for what is held: it is sent at once, and not for ever.
      standing = said.next > batch.first ? 0 : standing + 1;
      if (standing > 2) return wait("waiting");
      limit = pressesMax;
    } else if (reply?.status === 400 || reply?.status === 413) {
      if (batch.presses.length === 1) await journal.setAside(batch.first);
      limit = Math.max(1, Math.floor(batch.presses.length / 2));
    } else {
      return refusal(journal, reply);
    }
  }
}

/** Asks for the questions, which also tells whether the phone is enrolled and how its clock differs. */
async function askQuestions(journal, enrolment) {
  const known = await journal.get("questions");
  const headers = known?.tag ? { "If-None-Match": known.tag } : {};
  const reply = await ask(enrolment, "config", { headers });
  if (reply?.status !== 200 && reply?.status !== 304) return refusal(journal, reply);
  if (await journal.get("isRefused")) await journal.set("isRefused", false);
  if (reply.status === 200) {
    const told = await reply.json().catch(() => null);
    if (!Array.isArray(told?.slots)) return wait("waiting");
    await journal.set("questions", { tag: reply.headers.get("ETag"), slots: told.slots });
  }
  const date = Date.parse(reply.headers.get("Date") ?? "");
  return { state: "sent", behindSeconds: Number.isNaN(date) ? 0 : seconds(date - Date.now()) };
}

async function ask({ site, device, token }, what, { headers, ...more }) {
  try {
    return await fetch(`/ingest/v1/${site}/${device}/${what}`, {
      ...more, headers: { ...headers, Authorization: `Bearer ${token}` }, cache: "no-store",
      credentials: "omit", redirect: "error", signal: AbortSignal.timeout(silenceMs),
    });
  } catch {
    return null;
  }
}

/** What is to be done where presses are kept (D9). */
async function refusal(journal, reply) {
  if ([401, 403, 404].includes(reply?.status)) {
    await journal.set("isRefused", true);
    return wait("refused", refusedMs);
  }
  const again = Number(reply?.headers.get("Retry-After"));
  return wait("waiting", again > 0 ? Math.min(again * 1000, 600_000) : null);
}
