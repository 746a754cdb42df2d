// Saves a reload, and nothing else: every page works without it. No state is kept in the browser.
"use strict";
(() => {
  const $ = (query, within = document) => within.querySelector(query);
  const pill = $("#pill");
  const text = (name, values = {}) =>
    Object.entries(values).reduce(
      (said, [key, value]) => said.replaceAll(`{${key}}`, value),
      pill.dataset[name],
    );

  // A half-typed form is not left by accident; a form is sent once, also when its button is pressed twice.
  let dirty = false;
  document.addEventListener("input", (event) => {
    if (event.target.closest("form[method=post]")) dirty = true;
  });
  window.addEventListener("beforeunload", (event) => {
    if (dirty) event.preventDefault();
  });
  document.addEventListener("submit", (event) => {
    dirty = false;
    if (event.target.method !== "post") return;
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = "1";
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  // The first field with a mistake, or the summary of mistakes, is where the person goes on.
  const mistakes = $(".errors");
  if (mistakes) mistakes.focus();

  // Keys, unless the person has switched them off: never in a field, nor while an input method composes.
  document.addEventListener("keydown", (event) => {
    const composes = event.isComposing || event.keyCode === 229;
    if (composes || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!("shortcuts" in document.body.dataset)) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const lines = [...document.querySelectorAll("main a.what, main .acts a, main .lines a")];
    const at = lines.indexOf(document.activeElement);
    const act = "main .act :is(textarea, select, input:not([type=hidden]), button), main .acts a";
    const to = { j: lines[at + 1], k: lines[at - 1], a: $(act), "/": $("#q") }[event.key];
    if (event.key === "?") location.assign("/shortcuts");
    if (!to) return;
    event.preventDefault();
    to.focus();
  });

  const page = $("[data-live]");
  if (!pill || !page) return;
  const kind = page.dataset.live;
  const seen = new Set();
  let timer = 0;
  let source = null;
  let silentSince = 0;
  let heard = 0;

  const show = (name, values) => {
    const said = text(name, values);
    if (pill.dataset.said === said) return;
    pill.dataset.said = said;
    pill.replaceChildren();
    const link = document.createElement("a");
    link.href = location.href;
    link.textContent = said;
    pill.append(link);
  };

  const compare = async () => {
    timer = 0;
    if (kind !== "list") {
      if (seen.size) show("changed", { number: seen.size });
      return;
    }
    const rows = [...document.querySelectorAll("[data-row]")].map((row) => row.dataset.row);
    const query = new URLSearchParams(location.search);
    query.set("shown", rows.join(","));
    try {
      const answer = await fetch(`/live/list?${query}`, { redirect: "error" });
      const { changed } = await answer.json();
      if (changed) show("changed", { number: changed });
    } catch {
      stale();
    }
  };

  const hint = (number, seq) => {
    if (kind === "case") {
      if (number !== page.dataset.number || seq <= Number(page.dataset.seq)) return;
      show("moved", { last: seq });
      return;
    }
    seen.add(number);
    timer ||= setTimeout(compare, 1000);
  };

  const stale = () => {
    const at = new Date(silentSince || Date.now());
    const timeZone = pill.dataset.zone;
    const hour = { hour: "2-digit", minute: "2-digit", hour12: false, timeZone };
    show("stale", { at: at.toLocaleTimeString([], hour) });
  };

  const resync = () => {
    if (kind === "list") timer ||= setTimeout(compare, 0);
    else if (silentSince) show("again");
    silentSince = 0;
  };

  const lost = (since) => {
    silentSince ||= since;
    setTimeout(() => silentSince && stale(), 10000);
  };

  const hear = () => {
    heard = Date.now();
  };

  const open = (again) => {
    if (source || document.hidden) return;
    hear();
    source = new EventSource(again ? "/live?again=1" : "/live");
    for (const each of ["hello", "case", "resync", "stale", "here"]) source.addEventListener(each, hear);
    source.addEventListener("hello", (event) => {
      const { build } = JSON.parse(event.data);
      if (build !== pill.dataset.build) show("release");
      if (silentSince) resync();
    });
    source.addEventListener("case", (event) => {
      const { number, seq } = JSON.parse(event.data);
      hint(number, seq);
    });
    source.addEventListener("resync", resync);
    source.addEventListener("rest", close);
    source.addEventListener("stale", () => {
      silentSince ||= Date.now();
      stale();
    });
    source.onerror = () => lost(Date.now());
  };

  const close = () => {
    if (source) source.close();
    source = null;
  };

  const openAgain = () => {
    if (!source) return;
    close();
    open(true);
  };

  // A browser does not end an open stream when the network goes, and a connection that a router has forgotten gives
  // no error: ask for another stream, which says how it is.
  window.addEventListener("offline", openAgain);
  window.addEventListener("online", openAgain);
  setInterval(() => {
    if (!source || Date.now() - heard < 45000) return; // the server says something each 15 s
    lost(heard);
    openAgain();
  }, 5000);

  // A browser has six connections for a host: hidden pages hold none, and of those in sight the last that were used.
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open(true)));
  window.addEventListener("focus", () => open(true));
  window.addEventListener("pagehide", close);
  open(false);
})();
