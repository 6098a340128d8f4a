/* Stand-in for the Pinterest tag's library, written from its documented requests and cookies. No vendor code.

   `pintrk.answered()` is our own addition: a promise that all calls made so far have been answered. */
"use strict";

(() => {
  const HITS = "https://ct.pinterest.com/v3/";
  const SYNC = "https://ct.pinterest.com/user/";
  const LONGEST_GET = 2048;
  const PATIENCE = 4000;
  const YEAR = 365 * 24 * 3600;
  const SITE = location.hostname.split(".").slice(-2).join(".");
  const REQUEST = { mode: "no-cors", credentials: "include", cache: "no-store", keepalive: true };
  // The real library posts what is too long for a URL; this event always, so that a form is seen.
  const ALWAYS_POSTED = "addtocart";
  const NORMALISE = {
    em: plain, fn: plain, ln: plain, country: plain, external_id: plain,
    ph: (text) => text.replace(/\D/g, "").replace(/^0+/, ""),
    ct: (text) => plain(text).replace(/[\p{P}\p{S}\p{Z}]/gu, ""),
    zp: (text) => text.replace(/\D/g, ""),
  };

  const pintrk = window.pintrk;
  if (!pintrk || pintrk.answered) return;
  const tags = new Map();
  const answers = [];
  let queue = Promise.resolve();

  function plain(text) {
    return text.trim().toLowerCase();
  }

  function cookie(name) {
    return new RegExp(`(?:^|; )${name}=([^;]*)`).exec(document.cookie)?.[1] ?? "";
  }

  function keep(name, value) {
    document.cookie = `${name}=${value}; domain=${SITE}; path=/; max-age=${YEAR}; samesite=lax`;
  }

  function keepIdentifiers() {
    const made = () => btoa(`uid=${btoa(crypto.randomUUID())}`).replace(/=+$/, "");
    keep("_pin_unauth", cookie("_pin_unauth") || made());
    const clicked = new URLSearchParams(location.search).get("epik");
    if (clicked) keep("_epik", clicked);
  }

  async function sha256(text) {
    const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  async function matchingFields(matching) {
    const fields = {};
    for (const [name, raw] of Object.entries(matching)) {
      const text = raw && NORMALISE[name] ? NORMALISE[name](String(raw)) : "";
      if (text) fields[name] = await sha256(text);
    }
    return fields;
  }

  async function parameters(tid, event, data) {
    const ids = { pin_unauth: cookie("_pin_unauth"), ...(cookie("_epik") && { epik: cookie("_epik") }) };
    const page = { loc: location.href, ref: document.referrer, if: false, sh: screen.height, sw: screen.width };
    return new URLSearchParams({
      tid, ...(event && { event, ed: JSON.stringify(data) }),
      pd: JSON.stringify({ ...(await tags.get(tid)), ...ids }), ad: JSON.stringify(page), cb: Date.now(),
    });
  }

  async function hit(tid, event = "", data = {}) {
    const body = await parameters(tid, event, data);
    const isLong = `${HITS}?${body}`.length > LONGEST_GET;
    const sent = event === ALWAYS_POSTED || isLong
      ? fetch(HITS, { ...REQUEST, method: "POST", body }) : fetch(`${HITS}?${body}`, REQUEST);
    answers.push(sent.catch(() => {}));
  }

  const METHODS = {
    load(tid, matching = {}) {
      keepIdentifiers();
      if (!tags.has(tid)) answers.push(fetch(`${SYNC}?tid=${tid}&cb=${Date.now()}`, REQUEST).catch(() => {}));
      tags.set(tid, matchingFields(matching));
    },
    page: () => Promise.all([...tags.keys()].map((tid) => hit(tid))),
    track: (event, data = {}) => Promise.all([...tags.keys()].map((tid) => hit(tid, event.toLowerCase(), data))),
  };

  function run([method, ...call]) {
    queue = queue.then(() => METHODS[method]?.(...call));
  }

  pintrk.answered = () => Promise.race([
    queue.then(() => Promise.all(answers)),
    new Promise((resolve) => { setTimeout(resolve, PATIENCE); }),
  ]);
  pintrk.queue.splice(0).forEach(run);
  pintrk.queue.push = (...calls) => calls.forEach(run);
})();
