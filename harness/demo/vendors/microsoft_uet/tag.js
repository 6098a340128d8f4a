/* The shop's tag for Microsoft Advertising: Universal Event Tracking with enhanced conversions. */
"use strict";

window.shopTags.register("microsoft-uet", (() => {
  const PAGE_TYPES = {
    search: "searchresults", view_item: "product", add_to_cart: "cart", begin_checkout: "cart",
    add_payment_info: "cart", purchase: "purchase", generate_lead: "other",
  };
  // The rest has its generic name here, too.
  const NAMES = { generate_lead: "submit_lead_form" };

  function parameters({ event, event_id, ecommerce, search_term }) {
    if (!ecommerce) return { search_term, ecomm_pagetype: PAGE_TYPES[event], ...(event_id ? { event_id } : {}) };
    const { value, currency, transaction_id, items } = ecommerce;
    return {
      revenue_value: value, currency, ...(transaction_id ? { transaction_id } : {}), ...(event_id ? { event_id } : {}),
      ecomm_prodid: items.map((item) => item.item_id).join(","), ecomm_pagetype: PAGE_TYPES[event],
      items: items.map((item) => ({ id: item.item_id, quantity: item.quantity, price: item.price })),
    };
  }

  return {
    script: ({ tag }) => `https://bat.bing.com/bat.js?ti=${tag}&q=uetq`,
    call(events, customer) {
      window.uetq = window.uetq || [];
      // Consent was asked before the tag was loaded.
      window.uetq.push("consent", "default", { ad_storage: "denied" });
      window.uetq.push("consent", "update", { ad_storage: "granted" });
      if (customer.email) window.uetq.push("set", { pid: { em: customer.email, ph: customer.phone } });
      for (const event of events) {
        if (event.event === "page_view") window.uetq.push("pageLoad");
        else window.uetq.push("event", NAMES[event.event] ?? event.event, parameters(event));
      }
    },
    settled: () => window.uetq.settled?.(),
    isLive: () => Boolean(window.uetq?.settled),
  };
})());
