// Keeps the app for when there is no network, and sends ratings after the page was closed.

import { files, version } from "./version.js";
import { Journal } from "./journal.js";
import { send } from "./sender.js";

const prefix = "pikapalaute-visit-";
const cacheName = prefix + version;

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(caches.open(cacheName).then((cache) =>
    cache.addAll(files.map((file) => new Request(file, { cache: "no-cache" })))));
});

addEventListener("activate", (event) => {
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names
      .filter((name) => name.startsWith(prefix) && name !== cacheName)
      .map((name) => caches.delete(name))))
    .then(() => clients.claim()));
});

addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== location.origin || !files.includes(pathname)) return;
  event.respondWith(caches.open(cacheName)
    .then((cache) => cache.match(pathname))
    .catch(() => null)
    .then((kept) => kept ?? fetch(event.request)));
});

addEventListener("sync", (event) => {
  event.waitUntil(send(new Journal()).then(({ state }) => {
    // The browser tries again what failed.
    if (state === "waiting") throw new Error("ratings wait");
  }));
});
