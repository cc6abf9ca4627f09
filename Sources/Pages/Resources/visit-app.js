// The screen: a question, its faces, thanks, and back. Says what is in the way of a rating, and how many
// wait; never which.

import { Journal, JournalLost } from "./journal.js";
import { send } from "./sender.js";
import { languages, ownName, say } from "./words.js";

const thanksMs = 5000, nextMs = 2500; // The next question's press is no repeat of this one's.
const idleMs = 60_000, helpMs = 300_000; // Without an answer, until another visit is meant.
const firstPauseMs = 2000, longestPauseMs = 600_000, lookMs = 600_000;
const lostMark = "pikapalaute-visit-waiting";
// Which of the five faces a question of so many buttons shows, from the most negative.
const facesOf = { 2: [1, 3], 3: [1, 2, 3], 4: [0, 1, 3, 4], 5: [0, 1, 2, 3, 4] };

const element = (id) => document.getElementById(id);
const journal = new Journal();
let language, texts, slots = [], asked = 0, isLocked = false, isEnrolled = false, trouble = "", view = "";

// MARK: Words

function speak(code) {
  language = code;
  texts = say(code);
  document.documentElement.lang = texts.lang;
  document.title = texts.title;
  for (const place of document.querySelectorAll("[data-word]")) place.textContent = texts[place.dataset.word];
  showLanguages();
  showQuestion();
  tell(trouble);
  return showWaiting();
}

function offered() {
  const told = [...new Set(slots.flatMap((slot) => Object.keys(slot.text ?? {})))];
  const known = languages.filter((code) => told.includes(code));
  return told.length ? [...known, ...told.filter((code) => !known.includes(code))] : languages;
}

function showLanguages() {
  element("languages").ariaLabel = texts.language;
  element("languages").replaceChildren(...offered().map((code) => {
    const button = document.createElement("button");
    button.type = "button";
    button.lang = code;
    button.textContent = ownName(code);
    button.ariaPressed = String(code === language);
    button.onclick = () => {
      journal.set("language", code).catch(() => {});
      speak(code).then(() => document.querySelector("#languages [aria-pressed=true]")?.focus());
    };
    return button;
  }));
}

/** The language that was chosen, else the browser's, of those that there are. */
async function chooseLanguage() {
  const wanted = [await journal.get("language").catch(() => null), language,
    ...navigator.languages.map((tag) => tag.split("-")[0])];
  const there = offered();
  return wanted.find((code) => there.includes(code)) ?? there[0];
}

// MARK: Views

function show(name, focused) {
  view = name;
  for (const section of document.querySelectorAll("main > section")) section.hidden = section.id !== name;
  element("worker").hidden = !isEnrolled || name === "enrol";
  if (focused) element(focused).focus();
}

/** What is in the way, by its word. */
function tell(what, n) {
  trouble = what;
  const text = !what ? "" : typeof texts[what] === "function" ? texts[what](n ?? lostCount()) : texts[what];
  if (element("trouble").textContent !== text) element("trouble").textContent = text;
}

function showQuestion() {
  const slot = slots[asked];
  if (!slot) return;
  const code = slot.text?.[language] ? language : Object.keys(slot.text ?? {})[0];
  const text = slot.text?.[code] ?? slot.question;
  const question = element("question");
  question.textContent = text;
  question.lang = code ?? "";
  question.dir = "auto";
  element("helped").hidden = !slot.with_help;
  question.className = text.length > 180 ? "longest" : text.length > 80 ? "long" : "";
  // The most positive first, as on the terminals in the lobbies.
  element("faces").replaceChildren(
    ...facesOf[slot.buttons].map((face, button) => faceButton(face, button, slot)).reverse());
}

function faceButton(face, button, slot) {
  const made = document.createElement("button");
  made.type = "button";
  made.dataset.button = button;
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", `f${face}`);
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("viewBox", "0 0 100 100");
  svg.append(...element(`face-${face}`).cloneNode(true).children);
  const label = document.createElement("span");
  label.textContent = texts.faces[face];
  made.append(svg, label);
  made.onclick = () => rate(button, slot, made);
  return made;
}

async function showWaiting() {
  const [waiting, aside] = await Promise.all([journal.waiting(), journal.aside()]).catch(() => [0, 0]);
  element("waiting").textContent = waiting ? texts.waiting(waiting) : texts.allSent;
  element("aside").hidden = aside === 0;
  element("aside").textContent = aside ? texts.aside(aside) : "";
  if (isEnrolled) mark(waiting);
}

// MARK: Rating

async function rate(button, slot, pressed) {
  if (isLocked) return;
  isLocked = true;
  clearTimeout(idle);
  const withHelp = element("help").checked ? slot.with_help : null;
  pressed.classList.add("pressed");
  try {
    await journal.press(button, (withHelp ?? slot).slot);
  } catch (error) {
    isLocked = false;
    waitForMore();
    pressed.classList.remove("pressed");
    if (error instanceof JournalLost) return start();
    tell(error?.name === "QuotaExceededError" ? "full" : "denied");
    flush();
    return;
  }
  if (trouble === "full") tell("");
  asked += 1;
  const isLast = asked >= slots.length;
  if (isLast) beginVisit();
  element("thanks-more").textContent = isLast ? texts.kept : texts.more;
  show("thanks", "thanks-title");
  navigator.vibrate?.(40);
  setTimeout(ask, isLast ? thanksMs : nextMs);
  showWaiting();
  flush();
  navigator.serviceWorker?.ready.then((ready) => ready.sync?.register("ratings")).catch(() => {});
}

/** The first question, and nobody helped yet: help holds for all questions of a visit and for no other. */
function beginVisit() {
  asked = 0;
  element("help").checked = false;
}

let idle;
/** Begins another visit when nobody goes on with this one. */
function waitForMore() {
  clearTimeout(idle);
  if (asked > 0 || element("help").checked) {
    idle = setTimeout(() => { beginVisit(); ask(); }, asked > 0 ? idleMs : helpMs);
  }
}

/** Shows the question at hand; the first one again when nobody answers a later one. */
function ask() {
  isLocked = false;
  waitForMore();
  if (view === "enrol") return;
  showQuestion();
  show(slots.length ? "ask" : "loading", slots.length ? "question" : null);
}

// MARK: Sending

let timer, pauses = 0;
async function flush() {
  clearTimeout(timer);
  const { state, afterMs } = await send(journal).catch(() => ({ state: "waiting" }));
  pauses = state === "waiting" ? pauses + 1 : 0;
  const pause = state === "busy" ? firstPauseMs
    : state === "waiting" ? Math.min(firstPauseMs * 2 ** (pauses - 1), longestPauseMs) : lookMs;
  clearTimeout(timer);
  if (state !== "unenrolled") timer = setTimeout(flush, afterMs ?? pause);
  await refresh();
}

function flushAtOnce() {
  pauses = 0;
  if (isEnrolled && document.visibilityState === "visible") flush();
}

/** Takes over what was changed: here, in another tab, or by the service worker. */
async function refresh() {
  const [enrolment, questions, isRefused] = await Promise.all(
    ["enrolment", "questions", "isRefused"].map((key) => journal.get(key))).catch(() => []);
  if (isEnrolled !== Boolean(enrolment)) return start();
  element("place").textContent = enrolment?.touchpoint ?? "–";
  if (isRefused || trouble === "refused") tell(isRefused ? "refused" : "");
  const fresh = (questions?.slots ?? []).filter((slot) => facesOf[slot.buttons]);
  if (JSON.stringify(fresh) !== JSON.stringify(slots)) {
    slots = fresh;
    beginVisit();
    await speak(await chooseLanguage());
    if (view === "loading" || view === "ask") ask();
  }
  await showWaiting();
}

// MARK: Enrolment

/** The code of an address `/visit#CODE`, which stays neither there nor in the history. */
function codeOfAddress() {
  const code = decodeURIComponent(location.hash.slice(1));
  if (code) history.replaceState(null, "", location.pathname);
  return code;
}

function showEnrolment(code = "") {
  element("code").value = code;
  element("wrong").textContent = "";
  element("cancel").hidden = !isEnrolled;
  show("enrol", "enrol-title");
}

async function claim(event) {
  event.preventDefault();
  const button = element("enrol").querySelector(".strong");
  const code = element("code").value.toUpperCase().replace(/[^A-Z0-9]/g, "");
  if (!code || button.disabled) return;
  button.disabled = true;
  element("wrong").textContent = "";
  const wrong = await enrol(code);
  button.disabled = false;
  if (wrong) {
    element("wrong").textContent = texts[wrong];
    element("code").focus();
  } else {
    await begin();
  }
}

/** The word of what is wrong; nothing when the phone is enrolled. */
async function enrol(code) {
  let reply;
  try {
    reply = await fetch("/enrol/v1/claim", {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ code }),
      cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(30_000),
    });
  } catch {
    return "noNetwork";
  }
  if (reply.status === 429) return "tooMany";
  if (reply.status >= 500) return "notNow";
  const told = reply.ok ? await reply.json().catch(() => null) : null;
  if (!told?.token) return "wrongCode";
  try {
    await journal.enrol(told);
  } catch {
    return "denied";
  }
}

/** After enrolment, and at every start that finds one. */
async function begin() {
  isEnrolled = true;
  slots = [];
  beginVisit();
  tell("");
  show("loading");
  await refresh();
  flush();
  element("unsafe").hidden = await navigator.storage?.persist?.().catch(() => false) ?? false;
}

// MARK: What the browser may have thrown away

// Kept beside the journal: it says how much was lost with it.
function mark(waiting) {
  try { localStorage.setItem(lostMark, waiting); } catch { /* Then nothing can be said. */ }
}

function lostCount() {
  try { return Number(localStorage.getItem(lostMark)); } catch { return 0; }
}

function wasEnrolled() {
  try { return localStorage.getItem(lostMark) !== null; } catch { return false; }
}

// MARK: Start

async function start() {
  const code = codeOfAddress();
  let enrolment;
  try {
    enrolment = await journal.get("enrolment");
  } catch {
    isEnrolled = false;
    show("");
    return tell("denied");
  }
  isEnrolled = Boolean(enrolment);
  if (isEnrolled) await begin();
  else tell(wasEnrolled() ? "lost" : window.isSecureContext ? "" : "insecure");
  if (!isEnrolled || code) showEnrolment(code);
}

element("enrol").querySelector("form").onsubmit = claim;
element("help").onchange = waitForMore;
element("cancel").onclick = () => { show("loading"); ask(); };
element("again").onclick = () => showEnrolment();
addEventListener("hashchange", () => { const code = codeOfAddress(); if (code) showEnrolment(code); });
addEventListener("online", flushAtOnce);
document.addEventListener("visibilitychange", flushAtOnce);
journal.onchange = refresh;
addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  element("install").hidden = false;
  element("install").onclick = () => { element("install").hidden = true; event.prompt(); };
});
navigator.serviceWorker?.register("/visit/worker.js", { scope: "/visit", type: "module", updateViaCache: "none" })
  .catch(() => {});

speak(await chooseLanguage());
await start();
