/* Stand-in for the TikTok Pixel library, written from its documented requests and cookies. No vendor code.

   `ttq.settled()` is our own addition: a promise that all calls made so far have been answered. */
"use strict";

(() => {
  const ENDPOINT = "https://analytics.tiktok.com/api/v2/pixel";
  const VERSION = "2.2.1";
  const PATIENCE = 4000;
  const DAY = 24 * 3600;
  const THIRTEEN_MONTHS = 390 * DAY;
  const SITE = location.hostname.split(".").slice(-2).join(".");
  const SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  // The real library picks by what the page is doing; the other transports are forced here, so that each one is seen.
  const TRANSPORTS = { AddToCart: byBeacon, InitiateCheckout: byBatch };
  const NORMALISE = {
    email: lowered,
    phone_number: (text) => text.replace(/[^\d+]/g, ""),
    external_id: (text) => text.trim(),
    first_name: lowered, last_name: lowered,
    zip_code: (text) => lowered(text).replace(/\s/g, ""),
    city: letters, state: letters,
    country: lowered,
  };

  const { searchParams } = new URL(document.currentScript.src);
  const pixel = searchParams.get("sdkid");
  const name = searchParams.get("lib") ?? "ttq";
  const waiting = window[name] ?? [];
  if (waiting.settled) return;
  const answers = [];
  const session = { session_id: crypto.randomUUID(), pageview_id: crypto.randomUUID() };
  let matching = Promise.resolve({});
  let queue = Promise.resolve();
  let index = 0;

  function lowered(text) {
    return text.trim().toLowerCase();
  }

  function letters(text) {
    return lowered(text).replace(/[^\p{L}\p{M}\p{N}]/gu, "");
  }

  function cookie(name) {
    return new RegExp(`(?:^|; )${name}=([^;]*)`).exec(document.cookie)?.[1] ?? "";
  }

  function keep(name, value, seconds) {
    document.cookie = `${name}=${value}; domain=${SITE}; path=/; max-age=${seconds}; samesite=lax`;
  }

  function random(length) {
    return [...crypto.getRandomValues(new Uint32Array(length))].map((number) => SIGNS[number % SIGNS.length]).join("");
  }

  function keepIdentifiers() {
    keep("_tt_enable_cookie", "1", THIRTEEN_MONTHS);
    keep("_ttp", cookie("_ttp") || random(27), THIRTEEN_MONTHS);
    const clicked = new URLSearchParams(location.search).get("ttclid");
    if (clicked) keep("ttclid", clicked, 30 * DAY);
  }

  async function sha256(text) {
    const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  async function hashes(customer) {
    const fields = {};
    for (const [name, raw] of Object.entries(customer)) {
      const text = raw && NORMALISE[name] ? NORMALISE[name](String(raw)) : "";
      if (text) fields[name] = await sha256(text);
    }
    return fields;
  }

  /* What every message says about the page and the visitor. */
  async function envelope() {
    index += 1;
    const clicked = cookie("ttclid");
    return {
      message_id: `messageId-${Date.now()}-${random(13)}-${pixel}`,
      timestamp: new Date().toISOString(),
      context: {
        ad: { ...(clicked && { callback: clicked }), sdk_env: "external", jsb_status: 2 },
        user: { anonymous_id: cookie("_ttp"), ...(await matching) },
        pixel: { code: pixel, runtime: "1" },
        page: { url: location.href, referrer: document.referrer },
        library: { name: "pixel.js", version: VERSION },
        userAgent: navigator.userAgent,
        ...session, index,
      },
    };
  }

  async function track(event, properties = {}, { event_id = "" } = {}) {
    const message = { event, event_id, is_onsite: false, ...(await envelope()), properties };
    answers.push((TRANSPORTS[event] ?? byFetch)(message));
  }

  /* What the library saw on the page by itself; it is no event. */
  async function observe() {
    const seen = { page: { title: document.title } };
    answers.push(post("/act", { action: "Metadata", ...(await envelope()), auto_collected_properties: seen }));
  }

  function post(path, body) {
    const request = { method: "POST", mode: "no-cors", credentials: "include", keepalive: true };
    return fetch(ENDPOINT + path, { ...request, body: JSON.stringify(body) }).catch(() => {});
  }

  function byFetch(message) {
    return post("", message);
  }

  function byBatch(message) {
    return post("/batch", { batch: [message] });
  }

  function byBeacon(message) {
    navigator.sendBeacon(ENDPOINT, JSON.stringify(message));
    return Promise.resolve();
  }

  const METHODS = {
    identify(customer) { matching = hashes(customer); },
    page() { queue = queue.then(() => track("Pageview")); },
    track(...call) { queue = queue.then(() => track(...call)); },
  };

  keepIdentifiers();
  queue = queue.then(observe);
  window[name] = Object.assign(waiting, METHODS, {
    settled: () => Promise.race([
      queue.then(() => Promise.all(answers)),
      new Promise((resolve) => { setTimeout(resolve, PATIENCE); }),
    ]),
  });
  for (const [method, ...call] of waiting.splice(0)) METHODS[method]?.(...call);
})();
