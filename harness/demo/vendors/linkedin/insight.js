/* Stand-in for the LinkedIn Insight Tag, written from its documented requests and cookies. No vendor code.

   `lintrk.settled()` is our own addition: a promise that all calls made so far have been answered. */
"use strict";

(() => {
  const PIXEL = "https://px.ads.linkedin.com";
  const MIRROR = "https://px4.ads.linkedin.com";
  const SCRIPT_VERSION = 185;
  const PATIENCE = 4000;
  const THIRTY_DAYS = 30 * 24 * 3600;
  const SITE = location.hostname.split(".").slice(-2).join(".");

  const waiting = window.lintrk?.q ?? [];
  if (window.lintrk?.settled) return;
  const partners = window._linkedin_data_partner_ids ?? [];
  const answers = [];
  let hem = null;
  let queue = Promise.resolve();
  let latest = 0;

  function cookie(name) {
    return new RegExp(`(?:^|; )${name}=([^;]*)`).exec(document.cookie)?.[1] ?? "";
  }

  function keep(name, value) {
    document.cookie = `${name}=${value}; domain=${SITE}; path=/; max-age=${THIRTY_DAYS}; samesite=lax`;
  }

  function keepIdentifiers() {
    const clicked = new URLSearchParams(location.search).get("li_fat_id");
    if (clicked) keep("li_fat_id", clicked);
    keep("li_giant", cookie("li_giant") || crypto.randomUUID());
  }

  /* The time of a hit tells hits apart, so two never have the same. */
  function moment() {
    latest = Math.max(Date.now(), latest + 1);
    return latest;
  }

  async function sha256(text) {
    const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function element(kind, src) {
    return new Promise((resolve) => {
      const created = document.createElement(kind);
      created.onload = created.onerror = resolve;
      created.src = src;
      if (kind === "script") document.head.append(created);
    });
  }

  function request(url, options) {
    return fetch(url, { mode: "no-cors", credentials: "include", keepalive: true, ...options }).catch(() => {});
  }

  function query(fields) {
    return new URLSearchParams(Object.entries(fields).filter(([, value]) => value !== undefined && value !== ""));
  }

  /* One hit goes out three times: as it is, to a numbered host, and for the browser's own attribution report. */
  function collect({ conversion_id: conversionId, event_id: eventId, conversion_url: url = location.href } = {}) {
    const common = { pid: partners.join(","), time: moment(), url };
    const hit = query({ v: 2, fmt: "js", ...common, conversionId, eventId, li_fat_id: cookie("li_fat_id") });
    answers.push(
      element("script", `${PIXEL}/collect?${hit}`),
      element("img", `${MIRROR}/collect?${hit}&e_ipv6=AQ${crypto.randomUUID().replaceAll("-", "")}`),
      request(`${PIXEL}/attribution_trigger?${query(common)}`),
    );
  }

  async function packed(content) {
    const stream = new Blob([JSON.stringify(content)]).stream().pipeThrough(new CompressionStream("gzip"));
    const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
    return btoa(String.fromCharCode(...bytes));
  }

  async function reportAction(signalType) {
    const body = await packed({
      pids: partners, scriptVersion: SCRIPT_VERSION, time: moment(), domain: location.hostname, url: location.href,
      pageTitle: document.title, websiteSignalRequestId: crypto.randomUUID(), liFatId: cookie("li_fat_id"),
      liGiant: cookie("li_giant"), hem, signalType,
    });
    const headers = { "Content-Type": "text/plain" };
    answers.push(request(`${PIXEL}/wa/?medium=fetch&fmt=g`, { method: "POST", headers, body }));
  }

  const METHODS = {
    track: (conversion) => collect(conversion),
    async setUserData({ email }) { hem = email ? await sha256(email.trim().toLowerCase()) : null; },
  };

  function run(method, options) {
    queue = queue.then(() => METHODS[method]?.(options));
  }

  keepIdentifiers();
  if (!window._already_called_lintrk) collect();
  window._already_called_lintrk = true;
  window.lintrk = run;
  window.lintrk.settled = () => Promise.race([
    queue.then(() => Promise.all(answers)),
    new Promise((resolve) => { setTimeout(resolve, PATIENCE); }),
  ]);
  for (const [method, options] of waiting) run(method, options);
  // After the calls that waited, so that it has the email's hash.
  queue = queue.then(() => reportAction("PAGE_VISIT"));
})();
