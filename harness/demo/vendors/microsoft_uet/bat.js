/* Stand-in for Universal Event Tracking (bat.js), written from its documented requests and cookies. No vendor code.

   `uetq.settled()` is our own addition: a promise that all calls made so far have been answered. */
"use strict";

(() => {
  const HOST = "https://bat.bing.com";
  const PATIENCE = 4000;
  const DAY = 24 * 3600;
  const SITE = location.hostname.split(".").slice(-2).join(".");
  // The queue is flat: a call is its name and this many entries.
  const ARGUMENTS = { pageLoad: 0, event: 2, set: 1, consent: 2 };
  // What the parameters of an event are called in the request; others keep their names.
  const NAMES = {
    event_category: "ec", event_label: "el", event_value: "ev", revenue_value: "gv", currency: "gc",
    ecomm_prodid: "prodid", ecomm_pagetype: "pagetype",
  };
  const NORMALISE = { em: (text) => text.trim().toLowerCase(), ph: (text) => text.replace(/[^\d+]/g, "") };

  if (window.UET) return;

  const random = () => crypto.getRandomValues(new Uint32Array(1))[0];
  const hex = () => crypto.randomUUID().replaceAll("-", "");

  function cookie(name) {
    return new RegExp(`(?:^|; )${name}=([^;]*)`).exec(document.cookie)?.[1] ?? "";
  }

  function keep(name, value, days) {
    document.cookie = `${name}=${value}; domain=${SITE}; path=/; max-age=${days * DAY}; samesite=lax`;
  }

  /* The IDs of visit, visitor and click, as the hits say them. */
  function identifiers() {
    const vids = cookie("_uetvid") ? "0" : "1";
    const known = cookie("_uetmsclkid").replace("_uet", "");
    const clicked = new URLSearchParams(location.search).get("msclkid") ?? known;
    keep("_uetsid", cookie("_uetsid") || hex(), 1);
    keep("_uetvid", cookie("_uetvid") || hex(), 390);
    if (clicked) keep("_uetmsclkid", `_uet${clicked}`, 90);
    const msclkid = clicked ? `${clicked}-${clicked === known ? 0 : 1}` : "N";
    return { sid: cookie("_uetsid"), vid: cookie("_uetvid"), vids, msclkid };
  }

  async function sha256(text) {
    const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  async function userData(given) {
    const entries = Object.entries(given).filter(([name, raw]) => NORMALISE[name] && raw);
    const hashed = entries.map(async ([name, raw]) => [name, await sha256(NORMALISE[name](raw))]);
    return new URLSearchParams(await Promise.all(hashed)).toString();
  }

  function parameters(given) {
    return Object.fromEntries(Object.entries(given).map(([name, value]) => (
      [NAMES[name] ?? name, typeof value === "object" ? JSON.stringify(value) : value]
    )));
  }

  function configured(tag) {
    return new Promise((resolve) => {
      const script = document.createElement("script");
      script.src = `${HOST}/p/action/${tag}.js`;
      script.onload = script.onerror = resolve;
      document.head.append(script);
    });
  }

  function byImage(url) {
    return new Promise((resolve) => {
      const image = new Image();
      image.onload = image.onerror = resolve;
      image.src = url;
    });
  }

  function byFetch(url) {
    return fetch(url, { mode: "no-cors", credentials: "include", keepalive: true }).catch(() => {});
  }

  window.UET = class {
    #tag; #page; #consent = ""; #userData = ""; #queue; #answers = []; #count = 0;

    constructor({ ti, q: waiting = [] }) {
      this.#tag = ti;
      this.#page = { mid: crypto.randomUUID(), ...identifiers() };
      this.#queue = configured(ti);
      addEventListener("pagehide", () => { navigator.sendBeacon(this.#url("actionp", { evt: "pageHide" })); });
      this.push(...waiting);
    }

    push(...entries) {
      const [method, ...rest] = entries;
      if (method === undefined) return;
      const call = rest.splice(0, ARGUMENTS[method] ?? 0);
      this.#queue = this.#queue.then(() => this.#run(method, call));
      this.push(...rest);
    }

    settled() {
      return Promise.race([
        this.#queue.then(() => Promise.all(this.#answers)),
        new Promise((resolve) => { setTimeout(resolve, PATIENCE); }),
      ]);
    }

    async #run(method, [first, second = {}]) {
      if (method === "set") this.#userData = await userData(first.pid ?? {});
      if (method === "consent") {
        this.#consent = second.ad_storage === "granted" ? "G" : "D";
        this.#send(byImage, "actionp", { evt: "consent", src: first });
      }
      if (method === "pageLoad") {
        this.#send(byImage, "action", { evt: "pageLoad", tl: document.title, lt: Math.round(performance.now()) });
      }
      if (method === "event") this.#send(byFetch, "action", { evt: "custom", ea: first, en: "Y", ...parameters(second) });
    }

    #send(transport, path, fields) {
      this.#answers.push(transport(this.#url(path, fields)));
    }

    #url(path, fields) {
      this.#count += 1;
      const hit = {
        ti: this.#tag, Ver: "2", ...this.#page, bo: this.#count, ...fields, pid: this.#userData, p: location.href,
        r: document.referrer, sw: screen.width, sh: screen.height, sc: screen.colorDepth, asc: this.#consent,
        rn: random() % 1000000,
      };
      return `${HOST}/${path}/0?${new URLSearchParams(Object.entries(hit).filter(([, value]) => value !== ""))}`;
    }
  };

  // The script's own address says for which tag it takes over which queue.
  const { searchParams } = new URL(document.currentScript.src);
  const [ti, q] = [searchParams.get("ti"), searchParams.get("q")];
  if (ti && q) window[q] = new window.UET({ ti, q: window[q] });
})();
