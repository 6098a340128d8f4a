/* The Google tag's part for Google Analytics 4.

   A container's own loader makes the tag hide its hits: the path and all parameters in base64, as one value of the
   query. Here it is an option of the tag, `hides_hits`. */
"use strict";

{
  const GOOGLE = "https://www.google-analytics.com";
  const HALF_AN_HOUR = 30 * 60;
  const TWO_YEARS = 2 * 365 * 24 * 3600;
  const { CONSENT, TAG_VERSION, random, seconds, cookie, keep, query } = googleTag;
  // The real library picks by what the page is doing; the other transports are forced here, so that each one is seen.
  const TRANSPORTS = { page_view: byGet, begin_checkout: byBeacon };
  const ITEM_CODES = { item_id: "id", item_name: "nm", item_category: "ca", price: "pr", quantity: "qt" };
  const KEY_EVENTS = ["purchase", "generate_lead"];
  const streams = new Map();
  const loadedAt = Date.now();

  /* GA1.1.<random>.<seconds> */
  function clientId() {
    keep("_ga", cookie("_ga") || `GA1.1.${random()}.${seconds()}`, TWO_YEARS);
    return cookie("_ga").split(".").slice(2).join(".");
  }

  /* GS2.1.s<start>$o<sessions so far>$g<engaged>$t<latest hit>$j<...>$l<...>$h<...> */
  function session(tag) {
    const name = `_ga_${tag.replace("G-", "")}`;
    const [, start, count = "0", latest] = /^GS2\.1\.s(\d+)\$o(\d+)\$g\d\$t(\d+)/.exec(cookie(name)) ?? [];
    const now = seconds();
    const lasts = latest && now - latest < HALF_AN_HOUR;
    const found = lasts ? { sid: start, sct: count } : { sid: now, sct: Number(count) + 1, _ss: "1" };
    keep(name, `GS2.1.s${found.sid}$o${found.sct}$g1$t${now}$j60$l0$h0`, TWO_YEARS);
    return found;
  }

  function shared(tag, { options, hits }) {
    return {
      v: "2", tid: tag, gtm: TAG_VERSION, _p: loadedAt, ...CONSENT, _fv: cookie("_ga") ? "" : "1", cid: clientId(),
      uid: options.user_id, ul: navigator.language.toLowerCase(), sr: `${screen.width}x${screen.height}`, _s: hits,
      ...session(tag), seg: "1", dl: location.href, dr: document.referrer, dt: document.title,
    };
  }

  function item(given) {
    const known = Object.entries(ITEM_CODES).filter(([name]) => given[name] !== undefined);
    return known.map(([name, code]) => `${code}${given[name]}`).join("~");
  }

  async function own(name, { currency, items = [], ...parameters }) {
    const typed = Object.entries(parameters)
      .map(([key, value]) => [typeof value === "number" ? `epn.${key}` : `ep.${key}`, value]);
    return {
      en: name, _c: KEY_EVENTS.includes(name) ? "1" : "", cu: currency, ...Object.fromEntries(typed),
      ...Object.fromEntries(items.map((each, n) => [`pr${n + 1}`, item(each)])),
      em: await googleTag.userToken(), _et: Math.round(performance.now()),
    };
  }

  async function hit(tag, name, parameters = {}) {
    const stream = streams.get(tag);
    stream.hits += 1;
    const common = shared(tag, stream);
    const event = await own(name, parameters);
    const { server_container_url: container = GOOGLE, hides_hits: hides } = stream.options;
    const transport = TRANSPORTS[name] ?? byPost;
    if (hides) {
      transport(`${container}?${query({ z: btoa(`/g/collect?${query({ ...common, ...event })}`) })}`);
    } else if (transport === byGet) {
      byGet(`${container}/g/collect?${query({ ...common, ...event })}`);
    } else {
      transport(`${container}/g/collect?${query(common)}`, String(query(event)));
    }
  }

  function request(url, options) {
    const common = { mode: "no-cors", credentials: "include", cache: "no-store", keepalive: true };
    googleTag.answered(fetch(url, { ...common, ...options }).catch(() => {}));
  }

  function byGet(url) {
    request(url, { method: "GET" });
  }

  function byPost(url, body) {
    request(url, { method: "POST", body });
  }

  function byBeacon(url, body) {
    navigator.sendBeacon(url, body);
  }

  googleTag.product({
    prefix: "G-",
    configure(tag, options) {
      streams.set(tag, { options, hits: 0 });
      return hit(tag, "page_view");
    },
    event: (name, { target, ...parameters }, tags) => (
      Promise.all((target ? [target] : tags).map((tag) => hit(tag, name, parameters)))
    ),
  });
}
