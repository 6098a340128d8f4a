/* Stand-in for the Meta Pixel library, written from its documented requests and cookies. No vendor code.

   `fbq.settled()` is our own addition: a promise that all calls made so far have been answered. */
"use strict";

(() => {
  const ENDPOINT = "https://www.facebook.com/tr/";
  const VERSION = "2.9.345";
  const LONGEST_GET = 2048;
  const PATIENCE = 4000;
  const NINETY_DAYS = 90 * 24 * 3600;
  const SITE = location.hostname.split(".").slice(-2).join(".");
  // The real library picks by browser and length; the other transports are forced here, so that each one is seen.
  const TRANSPORTS = { AddToCart: byForm, InitiateCheckout: byBeacon };
  const NORMALISE = {
    em: (text) => text.trim().toLowerCase(),
    ph: (text) => text.replace(/\D/g, "").replace(/^0+/, ""),
    fn: letters, ln: letters, st: letters,
    ct: (text) => letters(text).replace(/\d/g, ""),
    zp: (text) => text.toLowerCase().replace(/[\s-]/g, ""),
    country: (text) => text.trim().toLowerCase(),
    external_id: (text) => text.trim().toLowerCase(),
  };

  const fbq = window.fbq;
  if (!fbq || fbq.callMethod) return;
  const pixels = new Map();
  const answers = [];
  const startedAt = Date.now();
  let queue = Promise.resolve();
  let counter = 0;

  function letters(text) {
    return text.normalize("NFC").trim().toLowerCase().replace(/[\p{P}\p{S}\p{Z}\p{C}]/gu, "");
  }

  function cookie(name) {
    return new RegExp(`(?:^|; )${name}=([^;]*)`).exec(document.cookie)?.[1] ?? "";
  }

  function keep(name, value) {
    document.cookie = `${name}=${value}; domain=${SITE}; path=/; max-age=${NINETY_DAYS}; samesite=lax`;
  }

  function keepIdentifiers() {
    const random = crypto.getRandomValues(new Uint32Array(1))[0];
    keep("_fbp", cookie("_fbp") || `fb.1.${Date.now()}.${random}`);
    const clicked = new URLSearchParams(location.search).get("fbclid");
    if (clicked && !cookie("_fbc").endsWith(`.${clicked}`)) keep("_fbc", `fb.1.${Date.now()}.${clicked}`);
  }

  async function sha256(text) {
    const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  async function matchingFields(matching) {
    const fields = [];
    for (const [name, raw] of Object.entries(matching ?? {})) {
      const text = raw && NORMALISE[name] ? NORMALISE[name](String(raw)) : "";
      if (text) fields.push([`ud[${name}]`, await sha256(text)]);
    }
    return fields;
  }

  function configured(id) {
    return new Promise((resolve) => {
      const script = document.createElement("script");
      script.src = `https://connect.facebook.net/signals/config/${id}?v=${VERSION}&r=stable&domain=${location.hostname}`;
      script.onload = () => resolve(true);
      script.onerror = () => resolve(false);
      document.head.append(script);
    });
  }

  async function send(id, event, parameters, options, ts) {
    const pixel = pixels.get(id);
    if (!(await pixel.configured)) return;
    const fields = [
      ["id", id], ["ev", event], ["dl", location.href], ["rl", document.referrer], ["if", "false"], ["ts", ts],
      ...Object.entries(parameters).map(([name, value]) => (
        [`cd[${name}]`, typeof value === "object" ? JSON.stringify(value) : value]
      )),
      ...(await pixel.matching),
      ["sw", screen.width], ["sh", screen.height], ["v", VERSION], ["r", "stable"], ["ec", counter], ["o", 4126],
      ["fbp", cookie("_fbp")], ["fbc", cookie("_fbc")], ["it", startedAt], ["coo", "false"], ["eid", options.eventID],
    ].filter(([, value]) => value !== undefined && value !== "");
    counter += 1;
    answers.push(transport(event, fields));
  }

  function transport(event, fields) {
    if (TRANSPORTS[event]) return TRANSPORTS[event](fields);
    const url = `${ENDPOINT}?${new URLSearchParams([...fields, ["rqm", "GET"]])}`;
    return url.length < LONGEST_GET ? byImage(url) : byForm(fields);
  }

  function byImage(url) {
    return new Promise((resolve) => {
      const image = new Image();
      image.onload = image.onerror = resolve;
      image.src = url;
    });
  }

  function byForm(fields) {
    return new Promise((resolve) => {
      const frame = document.createElement("iframe");
      frame.name = `fb${crypto.randomUUID()}`;
      frame.hidden = true;
      frame.title = "measurement";
      const form = document.createElement("form");
      Object.assign(form, { method: "POST", action: ENDPOINT, target: frame.name, hidden: true });
      for (const [name, value] of [...fields, ["rqm", "formPOST"]]) {
        form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
      }
      document.body.append(frame, form);
      // Chromium has already loaded the empty document of a new frame: the next load is the answer.
      frame.onload = resolve;
      form.submit();
    });
  }

  function byBeacon(fields) {
    const body = new FormData();
    for (const [name, value] of [...fields, ["rqm", "SB"]]) body.append(name, value);
    navigator.sendBeacon(ENDPOINT, body);
    return Promise.resolve();
  }

  const METHODS = {
    init(id, matching) {
      keepIdentifiers();
      pixels.set(id, { configured: pixels.get(id)?.configured ?? configured(id), matching: matchingFields(matching) });
    },
    track(event, parameters, options) {
      for (const id of pixels.keys()) METHODS.trackSingle(id, event, parameters, options);
    },
    trackSingle(id, event, parameters = {}, options = {}) {
      const ts = Date.now();
      queue = queue.then(() => send(id, event, parameters, options, ts));
    },
  };
  METHODS.trackCustom = METHODS.track;

  fbq.callMethod = (method, ...call) => METHODS[method]?.(...call);
  fbq.settled = () => Promise.race([
    queue.then(() => Promise.all(answers)),
    new Promise((resolve) => { setTimeout(resolve, PATIENCE); }),
  ]);
  for (const call of fbq.queue.splice(0)) fbq.callMethod(...call);
})();
