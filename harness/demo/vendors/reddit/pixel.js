/* Stand-in for the Reddit Pixel library, written from its documented requests and cookies. No vendor code.

   `rdt.settled()` is our own addition: a promise that all calls made so far have been answered. */
"use strict";

(() => {
  const ENDPOINT = "https://alb.reddit.com/rp.gif";
  const CONFIG = "https://pixel-config.reddit.com/pixels";
  const VERSION = "rdt_5b1e07c3";
  const PATIENCE = 4000;
  const NINETY_DAYS = 90 * 24 * 3600;
  const SITE = location.hostname.split(".").slice(-2).join(".");
  const EXTENSION = /ext|x|anexo|#|poste|int/i;

  const rdt = window.rdt;
  if (!rdt || rdt.sendEvent) return;
  const answers = [];
  let matching = Promise.resolve({});
  let queue = Promise.resolve();

  function cookie(name) {
    return new RegExp(`(?:^|; )${name}=([^;]*)`).exec(document.cookie)?.[1] ?? "";
  }

  function keep(name, value) {
    document.cookie = `${name}=${value}; domain=${SITE}; path=/; max-age=${NINETY_DAYS}; samesite=lax`;
  }

  function keepIdentifiers() {
    keep("_rdt_uuid", cookie("_rdt_uuid") || `${Date.now()}.${crypto.randomUUID()}`);
    const clicked = new URLSearchParams(location.search).get("rdt_cid");
    if (clicked) keep("_rdt_cid", clicked);
  }

  /* Nothing stays nothing. */
  async function sha256(text) {
    if (!text) return "";
    const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function email(text) {
    const [user, domain] = text.trim().toLowerCase().split("@");
    return `${user.split("+")[0].replace(/[^0-9a-z]/g, "")}@${domain}`;
  }

  function phone(text) {
    return `+${text.split(EXTENSION)[0].replace(/\D/g, "")}`;
  }

  async function matchingFields(given) {
    return {
      em: await sha256(given.email && email(given.email)),
      pn: await sha256(given.phoneNumber && phone(given.phoneNumber)),
      external_id: await sha256(given.externalId?.trim()),
    };
  }

  /* All parameters are sent, those without a value empty. */
  async function send(event, metadata, ts) {
    const { em, pn, external_id } = await matching;
    const fields = {
      ts, id: rdt.pixelId, event, "m.itemCount": metadata.itemCount, "m.value": "", "m.valueDecimal": metadata.value,
      "m.currency": metadata.currency, "m.transactionId": await sha256(metadata.transactionId),
      "m.customEventName": metadata.customEventName,
      "m.products": metadata.products && JSON.stringify(metadata.products),
      "m.conversionId": await sha256(metadata.conversionId), click_id: cookie("_rdt_cid"),
      uuid: cookie("_rdt_uuid").split(".").at(-1), aaid: "", em, pn, external_id, idfa: "", integration: "reddit",
      opt_out: "0", sh: screen.height, sw: screen.width, v: VERSION, dpm: "", dpcc: "", dprc: "", esurl: location.href,
    };
    const query = new URLSearchParams(Object.entries(fields).map(([name, value]) => [name, value ?? ""]));
    answers.push(event === "PageVisit" ? byImage(`${ENDPOINT}?${query}`) : byFetch(`${ENDPOINT}?${query}`));
  }

  function byImage(url) {
    return new Promise((resolve) => {
      const image = new Image();
      image.onload = image.onerror = resolve;
      image.src = url;
    });
  }

  function byFetch(url) {
    const request = { mode: "no-cors", credentials: "include", cache: "no-store", keepalive: true };
    return fetch(url, request).catch(() => {});
  }

  const METHODS = {
    init(id, given = {}) {
      rdt.pixelId = id;
      matching = matchingFields(given);
      keepIdentifiers();
      answers.push(fetch(`${CONFIG}/${id}/config`).catch(() => {}));
    },
    track(event, metadata = {}) {
      const ts = Date.now();
      queue = queue.then(() => send(event, metadata, ts));
    },
  };

  rdt.sendEvent = (method, ...call) => METHODS[method]?.(...call);
  rdt.settled = () => Promise.race([
    queue.then(() => Promise.all(answers)),
    new Promise((resolve) => { setTimeout(resolve, PATIENCE); }),
  ]);
  for (const call of rdt.callQueue.splice(0)) rdt.sendEvent(...call);
})();
