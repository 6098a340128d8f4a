/* Stand-in for the Teads Universal Pixel, written from its documented requests and cookies. No vendor code.

   `teads_e.settled()` is our own addition: a promise that all calls made so far have been answered. */
"use strict";

(() => {
  const ENDPOINT = "https://t.teads.tv/track";
  const TAG_VERSION = "7.7.0_f6b9e29";
  const PATIENCE = 4000;
  const HALF_AN_HOUR = 30 * 60;
  const THIRTY_DAYS = 30 * 24 * 3600;
  const SITE = location.hostname.split(".").slice(-2).join(".");

  const waiting = window.teads_e ?? [];
  if (waiting.settled) return;
  const answers = [];

  function cookie(name) {
    return new RegExp(`(?:^|; )${name}=([^;]*)`).exec(document.cookie)?.[1] ?? "";
  }

  function keep(name, value, seconds) {
    document.cookie = `${name}=${value}; domain=${SITE}; path=/; max-age=${seconds}; samesite=lax`;
  }

  function keepIdentifiers() {
    const clicked = new URLSearchParams(location.search).get("auctid");
    if (clicked) keep("tfpai", clicked, THIRTY_DAYS);
    keep("tfpsi", cookie("tfpsi") || crypto.randomUUID(), HALF_AN_HOUR);
    keep("tfpvi", cookie("tfpvi") || crypto.randomUUID(), THIRTY_DAYS);
  }

  function track(action, conversion = {}) {
    const fields = {
      action, ...conversion, env: "js-web", tag_version: TAG_VERSION, provider: "tag",
      buyer_pixel_id: window.teads_buyer_pixel_id, referer: location.href, user_session_id: cookie("tfpsi"),
      auctid: cookie("tfpai"), hasConsent: "true",
    };
    const known = Object.entries(fields).filter(([, value]) => value !== undefined && value !== "");
    // Not an image: the browser would send two equal ones as one.
    const request = { mode: "no-cors", credentials: "include", cache: "no-store", keepalive: true };
    answers.push(fetch(`${ENDPOINT}?${new URLSearchParams(known)}`, request).catch(() => {}));
  }

  function convert({ conversionType, name, price, currency }) {
    track("conversion", { conversion_type: conversionType, name, price, currency });
  }

  keepIdentifiers();
  track("pageView");
  window.teads_e = {
    push: (...conversions) => conversions.forEach(convert),
    settled: () => Promise.race([
      Promise.all(answers),
      new Promise((resolve) => { setTimeout(resolve, PATIENCE); }),
    ]),
  };
  waiting.forEach(convert);
})();
