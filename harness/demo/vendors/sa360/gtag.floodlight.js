/* The Google tag's part for Floodlight: Campaign Manager 360 and Search Ads 360. */
"use strict";

{
  const { CONSENT, TAG_VERSION, random, seconds, cookie, keep } = googleTag;
  // What the counting method behind the plus sign makes of an event.
  const COUNTING = {
    standard: () => ({ ord: random() }),
    unique: () => ({ ord: "1", num: random() }),
    per_session: ({ session_id: ord }) => ({ ord }),
    transactions: ({ value, transaction_id: ord }) => ({ qty: "1", cost: value, ord }),
    items_sold: ({ value, transaction_id: ord, quantity }) => ({ qty: quantity, cost: value, ord }),
  };

  function configure() {
    googleTag.linkClicks();
    const dclid = new URLSearchParams(location.search).get("dclid");
    if (dclid) keep("_gcl_dc", `GCL.${seconds()}.${dclid}`);
  }

  /* The parameters stand in the path, behind semicolons; the token of user data has been encoded where it is made. */
  function path(fields) {
    return Object.entries(fields).filter(([, value]) => value !== undefined && value !== "")
      .map(([name, value]) => `;${name}=${name === "em" ? value : encodeURIComponent(value)}`).join("");
  }

  async function fields({ target, match_id, ...parameters }) {
    const [, src, type, cat, method] = /^DC-(\d+)\/([\w-]+)\/([\w-]+)\+(\w+)$/.exec(target);
    const em = await googleTag.userToken();
    return {
      src, type, cat, ...COUNTING[method](parameters), match_id,
      auiddc: cookie("_gcl_au").split(".").slice(-2).join("."), gclaw: cookie("_gcl_aw").split(".").slice(2).join("."),
      ...CONSENT, gtm: TAG_VERSION, em, user_data_mode: em && "c", "~oref": location.href,
    };
  }

  function byFetch(url) {
    // Not an image: the browser would send two equal ones as one.
    const request = { mode: "no-cors", credentials: "include", cache: "no-store", keepalive: true };
    googleTag.answered(fetch(url, request).catch(() => {}));
  }

  function byFrame(url) {
    googleTag.answered(new Promise((resolve) => {
      const frame = Object.assign(document.createElement("iframe"), { hidden: true, title: "measurement" });
      frame.onload = resolve;
      frame.src = url;
      document.body.append(frame);
    }));
  }

  /* A sale goes out in every form, as one conversion; a counter in the one that its tag asks for. */
  async function count({ allow_custom_scripts: allowsScripts, ...parameters }) {
    const known = await fields(parameters);
    const activity = `https://ad.doubleclick.net/activity${path(known)}?`;
    const frame = `https://${known.src}.fls.doubleclick.net/activityi${path(known)}?`;
    if (known.cost === undefined) {
      if (allowsScripts) byFrame(frame);
      else googleTag.ping(activity);
      return;
    }
    byFetch(activity);
    googleTag.ping(`https://ad.doubleclick.net/activity;register_conversion=1${path(known)}?`);
    if (allowsScripts) byFrame(frame);
  }

  googleTag.product({
    prefix: "DC-",
    configure,
    // Without a target an event belongs to no activity.
    event: (name, parameters) => parameters.target && count(parameters),
  });
}
