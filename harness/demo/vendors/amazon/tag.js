/* The shop's tag for Amazon Ads. */
"use strict";

window.shopTags.register("amazon", (() => {
  const CONSENT = "https://c.amazon-adsystem.com/aat/amzn-consent.js";
  const NAMES = {
    page_view: "PageView", search: "Search", add_to_cart: "AddToShoppingCart", begin_checkout: "Checkout",
    purchase: "Off-AmazonPurchases", generate_lead: "Lead",
  };
  let asked;

  /* Resolves to whether the consent helper came; no event goes out before it has been told. */
  function consented(country) {
    asked ??= new Promise((resolve) => {
      const script = document.createElement("script");
      script.src = CONSENT;
      script.onload = () => {
        window.amznConsent().setCountryCode(country).setEnableAdStorage(true).setEnableUserData(true).build();
        resolve(true);
      };
      script.onerror = () => resolve(false);
      document.head.append(script);
    });
    return asked;
  }

  /* Values belong to conversions, currency and units to purchases. */
  function attributes({ event, event_id: id, ecommerce }, customer) {
    const dedupe = id ? { clientDedupeId: id } : {};
    if (!ecommerce?.transaction_id) return dedupe;
    const known = { ...dedupe, value: ecommerce.value, MATCH_ID: customer.id };
    if (event !== "purchase") return known;
    return {
      ...known, currencyCode: ecommerce.currency,
      unitsSold: ecommerce.items.reduce((units, item) => units + item.quantity, 0),
    };
  }

  function queue(events, customer, { tag, region }) {
    window.amzn = window.amzn || function () { window.amzn.q.push([arguments, Date.now()]); };
    window.amzn.q = window.amzn.q || [];
    window.amzn("setRegion", region);
    window.amzn("addTag", tag);
    if (customer.email) window.amzn("setUserData", { email: customer.email, phonenumber: customer.phone });
    for (const event of events.filter((each) => NAMES[each.event])) {
      window.amzn("trackEvent", NAMES[event.event], attributes(event, customer));
    }
  }

  return {
    script: () => "https://c.amazon-adsystem.com/aat/amzn.js",
    async call(events, customer, settings) {
      if (await consented(settings.country)) queue(events, customer, settings);
    },
    settled: async () => { if (await asked) await window.amzn?.settled?.(); },
    isLive: () => Boolean(window.amzn?.settled),
  };
})());
