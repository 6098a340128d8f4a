/* The shop's tag for Teads. */
"use strict";

window.shopTags.register("teads", (() => {
  const NAMES = {
    view_item: ["ViewContent", "Viewed Product"], add_to_cart: ["AddToCart", "Added To Cart"],
    begin_checkout: ["InitiateCheckout", "Started Checkout"], purchase: ["Purchase", "Completed Purchase"],
    search: ["Search", "Searched"], generate_lead: ["Lead", "Sent Request"],
  };

  return {
    script: () => "https://p.teads.tv/teads-fellow.js",
    call(events, customer, { pixel }) {
      window.teads_e = window.teads_e || [];
      window.teads_buyer_pixel_id = pixel;
      for (const { event, ecommerce } of events.filter((each) => NAMES[each.event])) {
        const [conversionType, name] = NAMES[event];
        window.teads_e.push({ conversionType, name, price: ecommerce?.value, currency: ecommerce?.currency });
      }
    },
    settled: () => window.teads_e.settled?.(),
  };
})());
