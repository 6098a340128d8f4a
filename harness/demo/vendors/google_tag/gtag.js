/* Stand-in for the Google tag (Ads only), written from its documented requests and cookies. No vendor code.

   `gtag.settled()` is our own addition: a promise that all calls made so far have been answered. */
"use strict";

(() => {
  const ADS = "https://www.googleadservices.com";
  const DOUBLECLICK = "https://googleads.g.doubleclick.net";
  const GOOGLE = "https://www.google.com";
  const TAG_VERSION = "45be6b90v9100000001";
  const PATIENCE = 1500;
  const NINETY_DAYS = 90 * 24 * 3600;
  const SITE = location.hostname.split(".").slice(-2).join(".");
  // Consent was asked before the tag was loaded: denied by default, then granted, all four kinds.
  const CONSENT = { gcs: "G111", gcd: "13r3r3r3r5l1", dma: "1", dma_cps: "-", npa: "0" };

  const queueName = new URL(document.currentScript.src).searchParams.get("l") ?? "dataLayer";
  const calls = window[queueName] = window[queueName] ?? [];
  const gtag = window.gtag = window.gtag ?? function () { calls.push(arguments); };
  if (gtag.settled) return;
  const answers = [];
  const ids = new Set();
  let userData = null;
  let queue = Promise.resolve();
  let latest = 0;

  const random = () => crypto.getRandomValues(new Uint32Array(1))[0];
  /* The time of a hit tells hits apart, so two never have the same. */
  const moment = () => { latest = Math.max(Date.now(), latest + 1); return latest; };
  const seconds = () => Math.floor(Date.now() / 1000);

  function cookie(name) {
    return new RegExp(`(?:^|; )${name}=([^;]*)`).exec(document.cookie)?.[1] ?? "";
  }

  function keep(name, value) {
    document.cookie = `${name}=${value}; domain=${SITE}; path=/; max-age=${NINETY_DAYS}; samesite=lax`;
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

  function query(fields) {
    return new URLSearchParams(Object.entries(fields).filter(([, value]) => value !== undefined && value !== ""));
  }

  function ping(url, fields) {
    answers.push(new Promise((resolve) => {
      const image = new Image();
      image.onload = image.onerror = resolve;
      image.src = `${url}?${query(fields)}`;
    }));
  }

  function post(url, fields) {
    const request = { method: "POST", mode: "no-cors", credentials: "include", keepalive: true };
    answers.push(fetch(`${url}?${query(fields)}`, request).catch(() => {}));
  }

  function common() {
    return {
      ...CONSENT, cv: "11", gtm: TAG_VERSION, auid: cookie("_gcl_au").split(".").slice(-2).join("."),
      u_w: screen.width, u_h: screen.height, url: location.href, ref: document.referrer, tiba: document.title,
    };
  }

  function configure(tag) {
    ids.add(tag.replace("AW-", ""));
    linkClicks();
    const { auid } = common();
    ping(`${GOOGLE}/ccm/collect`, {
      en: "page_view", tid: tag, dl: location.href, dt: document.title, dr: document.referrer, auid, gtm: TAG_VERSION,
      ...CONSENT, rnd: `${random()}.${seconds()}`, navt: "n", npa: "0",
    });
  }

  function remarket(event) {
    const now = moment();
    for (const id of ids) {
      ping(`${DOUBLECLICK}/pagead/viewthroughconversion/${id}/`, {
        random: now, fst: now, fmt: "3", guid: "ON", en: event, data: `event=${event}`, ...common(),
      });
    }
  }

  /* One conversion fans out into several requests; only the first two carry the order. */
  async function convert({ send_to: target, value, currency, transaction_id: oid, items = [] }) {
    const [id, label] = target.replace("AW-", "").split("/");
    const em = await userToken();
    const now = moment();
    const ecsid = `${random()}.${seconds()}`;
    const gclaw = cookie("_gcl_aw").split(".").slice(2).join(".");
    const item = items.map((each) => `(${each.price}*${each.quantity}*${each.item_id}**)`).join("");
    const core = { en: "conversion", label, value, currency_code: currency, bttype: "purchase", capi: "1", gclaw };
    const conversion = { random: now, fst: now, ...core, oid, oidsrc: "1", item, ec_mode: "c", em, ecsid, ...common() };
    const mirror = { random: random(), fst: now, ...core, ...common() };
    ping(`${ADS}/pagead/conversion/${id}/`, { ...conversion, fmt: "3" });
    ping(`${GOOGLE}/ccm/conversion/${id}/`, { ...conversion, fmt: "4" });
    ping(`${DOUBLECLICK}/pagead/viewthroughconversion/${id}/`, { ...mirror, fmt: "3", is_vtc: "0" });
    ping(`${GOOGLE}/pagead/1p-conversion/${id}/`, { ...mirror, fmt: "8", is_vtc: "1" });
    if (!em) return;
    const provided = { gtm: TAG_VERSION, ...CONSENT, "gap.fsrc": "1", auid: common().auid };
    post(`${GOOGLE}/pagead/form-data/${id}`, provided);
    post(`${GOOGLE}/ccm/form-data/${id}`, { ...provided, em, ec_mode: "c", ecsid });
  }

  const METHODS = {
    config: (tag) => configure(tag),
    set(name, value) { if (name === "user_data") userData = value; },
    event: (name, parameters) => (name === "conversion" ? convert(parameters) : remarket(name)),
  };

  function run([method, ...call]) {
    queue = queue.then(() => METHODS[method]?.(...call));
  }

  gtag.settled = () => Promise.race([
    queue.then(() => Promise.all(answers)),
    new Promise((resolve) => { setTimeout(resolve, PATIENCE); }),
  ]);
  calls.push = (...entries) => {
    for (const entry of entries) run([...entry]);
    return Array.prototype.push.apply(calls, entries);
  };
  for (const call of [...calls]) run([...call]);
})();
