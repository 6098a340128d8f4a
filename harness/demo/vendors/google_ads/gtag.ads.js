/* The Google tag's part for Google Ads. */
"use strict";

{
  const ADS = "https://www.googleadservices.com";
  const DOUBLECLICK = "https://googleads.g.doubleclick.net";
  const GOOGLE = "https://www.google.com";
  const { CONSENT, TAG_VERSION, random, seconds, cookie, moment, query } = googleTag;

  function ping(url, fields) {
    googleTag.ping(`${url}?${query(fields)}`);
  }

  function post(url, fields) {
    const request = { method: "POST", mode: "no-cors", credentials: "include", keepalive: true };
    googleTag.answered(fetch(`${url}?${query(fields)}`, request).catch(() => {}));
  }

  function common() {
    return {
      ...CONSENT, cv: "11", gtm: TAG_VERSION, auid: cookie("_gcl_au").split(".").slice(-2).join("."),
      u_w: screen.width, u_h: screen.height, url: location.href, ref: document.referrer, tiba: document.title,
    };
  }

  function configure(tag) {
    googleTag.linkClicks();
    const { auid } = common();
    ping(`${GOOGLE}/ccm/collect`, {
      en: "page_view", tid: tag, dl: location.href, dt: document.title, dr: document.referrer, auid, gtm: TAG_VERSION,
      ...CONSENT, rnd: `${random()}.${seconds()}`, navt: "n", npa: "0",
    });
  }

  function remarket(event, tags) {
    const now = moment();
    for (const tag of tags) {
      ping(`${DOUBLECLICK}/pagead/viewthroughconversion/${tag.replace("AW-", "")}/`, {
        random: now, fst: now, fmt: "3", guid: "ON", en: event, data: `event=${event}`, ...common(),
      });
    }
  }

  /* One conversion fans out into several requests; only the first two carry the order. */
  async function convert({ target, value, currency, transaction_id: oid, items = [] }) {
    const [id, label] = target.replace("AW-", "").split("/");
    const em = await googleTag.userToken();
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

  googleTag.product({
    prefix: "AW-",
    configure,
    event: (name, parameters, tags) => (name === "conversion" ? convert(parameters) : remarket(name, tags)),
  });
}
