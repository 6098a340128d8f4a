/* Stand-in for the Amazon Ad Tag, written from its documented requests and cookies. No vendor code.

   Click tokens (`aref`) are for North America only and are not kept here.
   `amzn.settled()` is our own addition: a promise that all calls made so far have been answered. */
"use strict";

(() => {
  const EVENTS = {
    NA: "https://s.amazon-adsystem.com/iu3",
    EU: "https://aax-eu.amazon-adsystem.com/s/iu3",
    FE: "https://aax-fe.amazon-adsystem.com/s/iu3",
  };
  const ENVELOPE = "https://tk.amazon-adsystem.com/envelope";
  const TOKEN_AGE = 9600;
  const PATIENCE = 4000;
  const SITE = location.hostname.split(".").slice(-2).join(".");
  const NORMALISE = {
    email: (text) => text.toLowerCase().replace(/[^a-z0-9.@-]/g, ""),
    phonenumber: (text) => text.replace(/\D/g, ""),
  };

  const waiting = window.amzn?.q ?? [];
  if (window.amzn?.settled) return;
  const tags = new Set();
  const answers = [];
  let region = "NA";
  let queue = Promise.resolve();

  function cookie(name) {
    return new RegExp(`(?:^|; )${name}=([^;]*)`).exec(document.cookie)?.[1] ?? "";
  }

  function keep(name, value, seconds) {
    document.cookie = `${name}=${value}; domain=${SITE}; path=/; max-age=${seconds}; samesite=lax`;
  }

  function consent() {
    return window.amznConsent?.built;
  }

  async function sha256(text) {
    const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  async function hashedRecords(user) {
    const known = Object.entries(NORMALISE).filter(([type]) => user[type]);
    return Promise.all(known.map(async ([type, normalise]) => ({ type, record: await sha256(normalise(user[type])) })));
  }

  /* Advanced matching: hashes are changed for a token, which later events carry. */
  async function match(user) {
    if (cookie("aatToken")) return;
    const records = await hashedRecords(user);
    if (!records.length) return;
    const body = JSON.stringify({ gdpr: 0, hashedRecords: records, ttl: TOKEN_AGE, amazonConsentString: consent() });
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(ENVELOPE, { method: "POST", headers, body }).catch(() => null);
    if (answer?.ok) keep("aatToken", (await answer.json()).AIPToken, TOKEN_AGE);
  }

  function send(tag, event, attributes, ts) {
    const fields = {
      pid: tag, event, ts, eventSource: "amzn.js", uuid: crypto.randomUUID(), ...attributes,
      amznToken: cookie("aatToken"), amazonConsentString: consent(),
    };
    const known = Object.entries(fields).filter(([, value]) => value !== undefined && value !== "");
    answers.push(new Promise((resolve) => {
      const image = new Image();
      image.onload = image.onerror = resolve;
      image.src = `${EVENTS[region]}?${new URLSearchParams(known)}`;
    }));
  }

  const METHODS = {
    setRegion([name]) { region = name; },
    addTag([tag]) { tags.add(tag); },
    setUserData: ([user]) => match(user),
    trackEvent([event, attributes = {}], ts) {
      for (const tag of tags) send(tag, event, attributes, ts);
    },
  };

  function run([method, ...call], ts) {
    queue = queue.then(() => METHODS[method]?.(call, ts));
  }

  window.amzn = (...call) => run(call, Date.now());
  window.amzn.settled = () => Promise.race([
    queue.then(() => Promise.all(answers)),
    new Promise((resolve) => { setTimeout(resolve, PATIENCE); }),
  ]);
  for (const [call, ts] of waiting) run([...call], ts);
})();
