/* Stand-in for the Google tag, written from its documented requests and cookies. No vendor code.

   What is here is common to all products; each product's file follows and registers itself with `product`: the `prefix`
   of its IDs, `configure(id, options)`, and `event(name, parameters, ids)`, `ids` being its own that are configured.
   A page may load several copies, with other products: the first does what is common, each brings its products.

   `gtag.settled()` is our own addition: a promise that all calls made so far have been answered. */
"use strict";

var googleTag = window.googleTag ?? (() => {
  const PATIENCE = 4000;
  const NINETY_DAYS = 90 * 24 * 3600;
  const SITE = location.hostname.split(".").slice(-2).join(".");
  const queueName = new URL(document.currentScript.src).searchParams.get("l") ?? "dataLayer";
  const products = [];
  const newcomers = [];
  const answers = [];
  let userData = null;
  let queue = Promise.resolve();
  let latest = 0;

  const random = () => crypto.getRandomValues(new Uint32Array(1))[0];
  const seconds = () => Math.floor(Date.now() / 1000);

  function cookie(name) {
    return new RegExp(`(?:^|; )${name}=([^;]*)`).exec(document.cookie)?.[1] ?? "";
  }

  function keep(name, value, age = NINETY_DAYS) {
    document.cookie = `${name}=${value}; domain=${SITE}; path=/; max-age=${age}; samesite=lax`;
  }

  function linkClicks() {
    keep("_gcl_au", cookie("_gcl_au") || `1.1.${random()}.${seconds()}`);
    const gclid = new URLSearchParams(location.search).get("gclid");
    if (gclid) keep("_gcl_aw", `GCL.${seconds()}.${gclid}`);
  }

  async function hashed(text) {
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
    return btoa(String.fromCharCode(...hash)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  }

  function email(text) {
    const [local, domain = ""] = text.trim().toLowerCase().split("@");
    const isGmail = ["gmail.com", "googlemail.com"].includes(domain);
    return `${isGmail ? local.split("+")[0].replaceAll(".", "") : local}@${domain}`;
  }

  /* The token of enhanced conversions: tv.1~em.<hash>~pn.<hash>~fn0.<hash>... */
  async function userToken() {
    if (!userData) return "";
    const address = userData.address ?? {};
    const name = (text = "") => text.normalize("NFC").toLowerCase().replace(/\s/g, "");
    const entries = [
      ["em", userData.email && (await hashed(email(userData.email)))],
      ["pn", userData.phone_number && (await hashed(userData.phone_number.replace(/[^\d+]/g, "")))],
      ["fn0", name(address.first_name) && (await hashed(name(address.first_name)))],
      ["ln0", name(address.last_name) && (await hashed(name(address.last_name)))],
      ["sa0", address.street && (await hashed(address.street.trim().toLowerCase()))],
      ["ct0", encodeURIComponent((address.city ?? "").trim().toLowerCase())],
      ["pc0", encodeURIComponent((address.postal_code ?? "").trim())],
      ["co0", (address.country ?? "").trim().toUpperCase()],
    ];
    return ["tv.1", ...entries.filter(([, value]) => value).map(([key, value]) => `${key}.${value}`)].join("~");
  }

  function productOf(target, among) {
    return among.find(({ prefix }) => target.startsWith(prefix));
  }

  const METHODS = {
    config(among, id, options = {}) {
      const product = productOf(id, among);
      if (!product) return undefined;
      product.ids.add(id);
      return product.configure(id, options);
    },
    set(among, name, value) { if (name === "user_data") userData = value; },
    event(among, name, { send_to: target, ...parameters } = {}) {
      const meant = target ? [productOf(target, among)].filter(Boolean) : among.filter((product) => product.ids.size);
      return Promise.all(meant.map((product) => product.event(name, { ...parameters, target }, [...product.ids])));
    },
  };

  function run([method, ...call], among) {
    queue = queue.then(() => METHODS[method]?.(among, ...call));
  }

  return {
    // Consent was asked before the tag was loaded: denied by default, then granted, all four kinds.
    CONSENT: { gcs: "G111", gcd: "13r3r3r3r5l1", dma: "1", dma_cps: "-", npa: "0" },
    TAG_VERSION: "45be6b90v9100000001",
    random, seconds, cookie, keep, linkClicks, hashed, userToken,
    /* The time of a hit tells hits apart, so two never have the same. */
    moment: () => { latest = Math.max(Date.now(), latest + 1); return latest; },
    query: (fields) => (
      new URLSearchParams(Object.entries(fields).filter(([, value]) => value !== undefined && value !== ""))
    ),
    answered: (promise) => { answers.push(promise); },
    ping(url) {
      answers.push(new Promise((resolve) => {
        const image = new Image();
        image.onload = image.onerror = resolve;
        image.src = url;
      }));
    },
    product(product) {
      if (!products.some(({ prefix }) => prefix === product.prefix)) newcomers.push({ ids: new Set(), ...product });
    },
    /* Let the new products take all calls so far, and from now on. */
    start() {
      const calls = window[queueName] = window[queueName] ?? [];
      const gtag = window.gtag = window.gtag ?? function () { calls.push(arguments); };
      const among = newcomers.splice(0);
      for (const call of [...calls]) run([...call], among);
      products.push(...among);
      if (gtag.settled) return;
      gtag.settled = () => Promise.race([
        queue.then(() => Promise.all(answers)),
        new Promise((resolve) => { setTimeout(resolve, PATIENCE); }),
      ]);
      calls.push = (...entries) => {
        for (const entry of entries) run([...entry], products);
        return Array.prototype.push.apply(calls, entries);
      };
    },
  };
})();
