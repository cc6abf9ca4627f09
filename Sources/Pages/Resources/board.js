"use strict";
// Keeps a notice board fresh: the service tells the state of what is published, and the page is taken
// anew when that is another. Says how old it is when nothing is heard.
(() => {
  const silentMs = 25000, againMs = 60000;
  const note = document.getElementById("age");
  let heardAt = Date.now();

  const tell = () => {
    const age = Date.now() - heardAt;
    const words = age < silentMs
      ? "" : note.dataset.lost.replaceAll("{n}", String(Math.floor(age / 60000)));
    if (note.textContent !== words) note.textContent = words;
  };

  const renew = async () => {
    const answer = await fetch(location.href, { cache: "no-cache" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("main");
    if (fresh) document.querySelector("main").replaceWith(fresh);
    heard();
  };

  const heard = () => {
    heardAt = Date.now();
    tell();
  };

  const listen = () => {
    const source = new EventSource(document.body.dataset.events);
    source.addEventListener("state", (event) => {
      const isFresh = event.data === document.querySelector("main").dataset.state;
      if (isFresh) heard(); else renew().catch(tell);
    });
    source.addEventListener("error", () => {
      tell();
      // A browser does not try again by itself what was refused.
      if (source.readyState !== EventSource.CLOSED) return;
      setTimeout(() => { renew().catch(tell); listen(); }, againMs);
    });
  };

  setInterval(tell, 1000);
  listen();
})();
