/* Stand-in for the X Pixel library, written from its documented and observed requests and cookies. No vendor code.

   `twq.settled()` is our own addition: a promise that all calls made so far have been answered. */
"use strict";

(() => {
  // Every event goes to both, with the same parameters.
  const ENDPOINTS = ["https://t.co/1/i/adsct", "https://analytics.twitter.com/1/i/adsct"];
  const VERSION = "2.3.35";
  const PATIENCE = 4000;
  const ONE_MONTH = 2_628_000;
  const SITE = location.hostname.split(".").slice(-2).join(".");
  const FROM_URL = 1;
  const FROM_COOKIE = 2;
  const NORMALISE = {
    email_address: (text) => text.trim().toLowerCase(),
    phone_number: (text) => text.replace(/[^\d+]/g, ""),
  };

  const twq = window.twq;
  if (!twq || twq.exe) return;
  const answers = [];
  const pageLoad = crypto.randomUUID();
  let queue = Promise.resolve();

  function cookie(name) {
    return new RegExp(`(?:^|; )${name}=([^;]*)`).exec(document.cookie)?.[1] ?? "";
  }

  function keep(name, value) {
    document.cookie = `${name}=${value}; domain=${SITE}; path=/; max-age=${ONE_MONTH}; samesite=lax`;
  }

  /* The click of this landing, which is kept, or else the one that was. */
  function click() {
    const twclid = new URLSearchParams(location.search).get("twclid");
    if (twclid) {
      const kept = { pixelVersion: VERSION, timestamp: Date.now(), twclid, source: FROM_URL };
      keep("_twclid", encodeURIComponent(JSON.stringify(kept)));
      return { twclid, clid_src: FROM_URL };
    }
    const kept = cookie("_twclid");
    return kept ? { twclid: JSON.parse(decodeURIComponent(kept)).twclid, clid_src: FROM_COOKIE } : {};
  }

  async function sha256(text) {
    const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  async function matched(parameters) {
    const event = { ...parameters };
    for (const [name, normalise] of Object.entries(NORMALISE)) {
      if (event[name]) event[name] = await sha256(normalise(event[name]));
    }
    return event;
  }

  function device() {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    return [timeZone, navigator.language, navigator.vendor, navigator.platform, screen.width, screen.height].join("&");
  }

  async function send(code, parameters, counters) {
    const query = new URLSearchParams({
      ...counters, dv: device(), event: JSON.stringify(await matched(parameters)), event_id: crypto.randomUUID(),
      integration: "advertiser", p_id: "Twitter", p_user_id: "0", pl_id: pageLoad, pt: document.title,
      tw_document_href: location.href, tw_iframe_status: "0", ...click(), txn_id: code, type: "javascript",
      version: VERSION,
    });
    for (const endpoint of ENDPOINTS) answers.push(byImage(`${endpoint}?${query}`));
  }

  function byImage(url) {
    return new Promise((resolve) => {
      const image = new Image();
      image.onload = image.onerror = resolve;
      image.src = url;
    });
  }

  function queued(...event) {
    queue = queue.then(() => send(...event));
  }

  const METHODS = {
    /* Reports the page view, too. */
    config: (pixel) => queued(pixel, {}, { bci: 4, eci: 3 }),
    event: (code, parameters = {}) => queued(code, parameters, { bci: 4, eci: 4 }),
  };

  twq.exe = (method, ...call) => METHODS[method]?.(...call);
  twq.settled = () => Promise.race([
    queue.then(() => Promise.all(answers)),
    new Promise((resolve) => { setTimeout(resolve, PATIENCE); }),
  ]);
  for (const call of twq.queue.splice(0)) twq.exe(...call);
})();
