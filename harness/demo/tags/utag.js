/* Stand-in for Tealium iQ's utag.js: loader, load order and data layer. Written from the documentation. No vendor code.

   Our own additions: `utag.settled()`, a promise that all tags have been called and answered, and `utag.unique(event)`,
   the end of an event ID. */
"use strict";

(() => {
  const settings = __SETTINGS__;
  const FOLDER = `https://tags.tiqcdn.com/utag/${settings.account}/${settings.profile}/${settings.environment}`;
  const VERSION = "ut4.51.202611010000";
  const PATIENCE = 5000;
  const YEAR = 365 * 24 * 3600;
  const SITE = location.hostname.split(".").slice(-2).join(".");
  // The Load Order Manager: the vendors, and Collect last, for it sends what the others left in the data.
  const VENDORS = settings.vendorTags;
  const COLLECT = 20;

  if (window.utag) return;
  const files = new Map();

  function cookies() {
    return Object.fromEntries(document.cookie.split("; ").filter(Boolean).map((pair) => {
      const [name, ...value] = pair.split("=");
      return [name, value.join("=")];
    }));
  }

  function keep(name, value, seconds = YEAR) {
    document.cookie = `${name}=${value}; domain=${SITE}; path=/; max-age=${seconds}; samesite=lax`;
  }

  function load(url) {
    return new Promise((resolve) => {
      const script = document.createElement("script");
      script.async = false; // in the load order
      script.src = url;
      script.onload = () => resolve(true);
      script.onerror = () => resolve(false);
      document.head.append(script);
    });
  }

  function file(uid) {
    if (!files.has(uid)) files.set(uid, load(`${FOLDER}/utag.${uid}.js?utv=${VERSION}`));
    return files.get(uid);
  }

  /* Extension "Persist Data Value": click IDs of the landing stay in cookies, for the connectors. */
  function keepClicks() {
    const query = new URLSearchParams(location.search);
    for (const name of settings.clickParameters) {
      if (query.get(name)) keep(name, encodeURIComponent(query.get(name)), 30 * 24 * 3600);
    }
  }

  function visitor() {
    const known = cookies();
    const hex = () => crypto.randomUUID().replaceAll("-", "");
    keep("utag_main_v_id", known.utag_main_v_id ?? (Date.now().toString(16).padStart(12, "0") + hex() + hex()).slice(0, 45));
    keep("utag_main_ses_id", known.utag_main_ses_id ?? Date.now());
    keep("utag_main__pn", Number(known.utag_main__pn ?? 0) + 1);
  }

  /* Attributes that every event has beside those of the page. */
  function builtIns(type) {
    const known = cookies();
    const now = Date.now();
    const data = {
      "ut.event": type, "ut.account": settings.account, "ut.profile": settings.profile,
      "ut.env": settings.environment, "ut.version": VERSION,
      "dom.url": location.href, "dom.domain": location.hostname, "dom.pathname": location.pathname,
      "dom.query_string": location.search.slice(1), "dom.referrer": document.referrer, "dom.title": document.title,
      "dom.viewport_height": innerHeight, "dom.viewport_width": innerWidth,
      tealium_account: settings.account, tealium_profile: settings.profile, tealium_environment: settings.environment,
      tealium_visitor_id: known.utag_main_v_id, tealium_session_id: known.utag_main_ses_id,
      tealium_timestamp_epoch: Math.floor(now / 1000), tealium_timestamp_utc: new Date(now).toISOString(),
      tealium_random: String(Math.random()).slice(2), tealium_library_name: "utag.js", tealium_library_version: "4.51.0",
    };
    for (const [name, value] of Object.entries(known)) data[`cp.${name}`] = value;
    for (const [name, value] of new URLSearchParams(location.search)) data[`qp.${name}`] = encodeURIComponent(value);
    return data;
  }

  /* An extension of the shop's: one event ID, which the tags and connectors without one of their own are mapped to. */
  function ownEventId(given) {
    return { event_id: `${given.tealium_event}.${unique(given.tealium_event)}` };
  }

  /* Fault event-id-per-visitor: what is the visitor's own is taken for the order's own. */
  function unique(event) {
    const isVisitors = event === "purchase" && settings.faults.includes("event-id-per-visitor");
    return isVisitors ? cookies().utag_main_v_id : crypto.randomUUID();
  }

  async function fire(uid, type, data) {
    const cfg = utag.loader.cfg[uid];
    if (!(await file(uid))) return;
    cfg.executed = 1;
    const answered = utag.sender[uid](type, data);
    await Promise.race([answered, new Promise((resolve) => { setTimeout(resolve, PATIENCE); })]);
  }

  async function track(type, given) {
    const data = Object.assign(utag.data, given, builtIns(type), ownEventId(given));
    const collectFirst = settings.faults.includes("collect-first");
    if (collectFirst) await fire(COLLECT, type, data);
    // Load rule of the vendor tags: page views only.
    if (type === "view") await Promise.all(VENDORS.map((uid) => fire(uid, type, data)));
    // Their scripts may just have set their cookies.
    Object.assign(data, Object.fromEntries(Object.entries(cookies()).map(([name, value]) => [`cp.${name}`, value])));
    if (!collectFirst) await fire(COLLECT, type, data);
  }

  const utag = window.utag = {
    id: `${settings.account}.${settings.profile}`,
    udoname: "utag_data",
    settings,
    data: {},
    sender: {},
    loader: { cfg: {} },
    load,
    unique,
    view: (data) => track("view", data),
    /* Fires at once: the page may be about to unload, and Collect's file is there since the view. */
    link(data) { utag.sender[COLLECT]?.("link", { ...utag.data, ...data, ...builtIns("link"), ...ownEventId(data) }); },
  };
  for (const uid of [...VENDORS, COLLECT]) {
    utag.loader.cfg[uid] = { load: 1, send: 1, v: VERSION, wait: 1, executed: 0 };
  }
  visitor();
  keepClicks();
  const viewed = utag.view(window[utag.udoname]);
  utag.settled = () => viewed;
})();
