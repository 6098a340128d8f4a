/* Tealium tag 13: Teads Universal Pixel. */
"use strict";

(() => {
  const UID = 13;
  const NAMES = {
    product_view: ["ViewContent", "Viewed Product"], cart_add: ["AddToCart", "Added To Cart"],
    checkout: ["InitiateCheckout", "Started Checkout"], purchase: ["Purchase", "Completed Purchase"],
  };
  const { faults, teadsPixel } = window.utag.settings;

  window.utag.sender[UID] = async (type, data) => {
    window.teads_e = window.teads_e || [];
    window.teads_buyer_pixel_id = teadsPixel;
    const [conversionType, name] = NAMES[data.tealium_event] ?? [];
    const times = data.tealium_event === "purchase" && faults.includes("tag-fires-twice") ? 2 : 1;
    const conversion = {
      conversionType, name, price: Number(data.order_total ?? data.cart_value), currency: data.order_currency,
    };
    if (conversionType) for (let n = 0; n < times; n += 1) window.teads_e.push(conversion);
    await window.utag.load("https://p.teads.tv/teads-fellow.js");
    await window.teads_e.settled?.();
  };
})();
