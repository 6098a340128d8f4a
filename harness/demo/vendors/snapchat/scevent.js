/* Stand-in for the Snap Pixel library, written from its documented requests and cookies. No vendor code.

   `snaptr.settled()` is our own addition: a promise that all calls made so far have been answered. */
"use strict";

(() => {
  const HOST = "https://tr.snapchat.com";
  const ENDPOINT = `${HOST}/p`;
  const VERSION = "3.59.0-2611020915";
  const PATIENCE = 4000;
  const THIRTEEN_MONTHS = 34186698;
  const SITE = location.hostname.split(".").slice(-2).join(".");
  // The library's age and the payload's length decide; the other transports are forced here, so that each one is seen.
  const TRANSPORTS = { ADD_CART: byForm, START_CHECKOUT: byEnvelope };
  const EVENT_FIELDS = {
    client_dedup_id: "cdid", transaction_id: "e_tid", price: "e_pr", currency: "e_cur", item_ids: "e_iids",
    number_items: "e_ni",
  };
  const USER_FIELDS = {
    user_email: ["u_hem", plain], user_phone_number: ["u_hpn", (text) => text.replace(/\W/g, "")],
    firstname: ["u_fn", plain], lastname: ["u_ln", plain],
    geo_city: ["l_city", plain], geo_postal_code: ["l_gpc", plain], geo_country: ["l_gc", plain],
  };

  const snaptr = window.snaptr;
  if (!snaptr || snaptr.handleRequest) return;
  const pixels = new Map();
  const answers = [];
  let queue = Promise.resolve();

  function plain(text) {
    return text.trim().toLowerCase();
  }

  function cookie(name) {
    return new RegExp(`(?:^|; )${name}=([^;]*)`).exec(document.cookie)?.[1] ?? "";
  }

  function keep(name, value) {
    document.cookie = `${name}=${value}; domain=${SITE}; path=/; max-age=${THIRTEEN_MONTHS}; samesite=lax`;
  }

  /* The click ID of the landing is none of the library's business: the shop keeps it. */
  function keepIdentifiers() {
    keep("_scid", cookie("_scid") || crypto.randomUUID());
    keep("_sctr", cookie("_sctr") || `1%7C${new Date().setHours(0, 0, 0, 0)}`);
  }

  async function sha256(text) {
    const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  async function userFields(user) {
    const fields = [];
    for (const [key, [name, normalise]] of Object.entries(USER_FIELDS)) {
      const text = user[key] ? normalise(String(user[key])) : "";
      if (text) fields.push([name, await sha256(text)]);
    }
    const domain = plain(user.user_email ?? "").split("@")[1];
    return domain ? [...fields, ["u_hed", await sha256(domain)]] : fields;
  }

  function configured(pid) {
    return new Promise((resolve) => {
      const script = document.createElement("script");
      script.src = `${HOST}/config/com/${pid}.js?v=${VERSION}`;
      script.onload = () => resolve(true);
      script.onerror = () => resolve(false);
      document.head.append(script);
    });
  }

  async function send(pid, event, parameters, ts) {
    const pixel = pixels.get(pid);
    if (!(await pixel.configured)) return;
    const fields = [
      ["pid", pid], ["ev", event],
      ...Object.entries(EVENT_FIELDS).map(([key, name]) => [name, String(parameters[key] ?? "")]),
      ...(await pixel.user),
      ["u_c1", cookie("_scid")], ["pl", location.href], ["rf", document.referrer], ["trackId", crypto.randomUUID()],
      ["ts", String(ts)], ["v", VERSION],
    ].filter(([, value]) => value);
    answers.push((TRANSPORTS[event] ?? byImage)(fields));
  }

  function byImage(fields) {
    return new Promise((resolve) => {
      const image = new Image();
      image.onload = image.onerror = resolve;
      image.src = `${ENDPOINT}?${new URLSearchParams(fields)}`;
    });
  }

  function byForm(fields) {
    const request = { method: "POST", mode: "no-cors", credentials: "include", keepalive: true };
    return fetch(ENDPOINT, { ...request, body: new URLSearchParams(fields) }).catch(() => {});
  }

  function byEnvelope(fields) {
    beacon({ t: Object.fromEntries(fields) });
    return Promise.resolve();
  }

  function beacon(entry) {
    navigator.sendBeacon(ENDPOINT, JSON.stringify({ ctx: { url: location.href }, req: [entry] }));
  }

  const METHODS = {
    init(pid, user = {}) {
      keepIdentifiers();
      if (!pixels.has(pid)) beacon({ i: { pids: [pid] } });
      pixels.set(pid, { configured: pixels.get(pid)?.configured ?? configured(pid), user: userFields(user) });
    },
    track(event, parameters = {}) {
      const ts = Date.now();
      for (const pid of pixels.keys()) queue = queue.then(() => send(pid, event, parameters, ts));
    },
  };

  snaptr.handleRequest = (method, ...call) => METHODS[method]?.(...call);
  snaptr.settled = () => Promise.race([
    queue.then(() => Promise.all(answers)),
    new Promise((resolve) => { setTimeout(resolve, PATIENCE); }),
  ]);
  for (const call of snaptr.queue.splice(0)) snaptr.handleRequest(...call);
})();
