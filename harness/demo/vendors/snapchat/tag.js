/* The shop's tag for Snapchat. */
"use strict";

window.shopTags.register("snapchat", (() => {
  const NAMES = {
    page_view: "PAGE_VIEW", search: "SEARCH", view_item: "VIEW_CONTENT", add_to_cart: "ADD_CART",
    begin_checkout: "START_CHECKOUT", add_payment_info: "ADD_BILLING", purchase: "PURCHASE", generate_lead: "SIGN_UP",
  };

  function user(customer) {
    return customer.email ? {
      user_email: customer.email, user_phone_number: customer.phone, firstname: customer.first_name,
      lastname: customer.last_name, geo_city: customer.city, geo_postal_code: customer.postal_code,
      geo_country: customer.country,
    } : {};
  }

  // The ID belongs to the event: given to `init`, it would stick to all events of the page.
  function parameters({ event_id: clientDedupId, ecommerce, search_term: term }) {
    const known = { ...(clientDedupId && { client_dedup_id: clientDedupId }), ...(term && { search_string: term }) };
    if (!ecommerce) return known;
    const { value: price, currency, transaction_id, items } = ecommerce;
    return {
      ...known, price, currency, transaction_id, item_ids: items.map((item) => item.item_id),
      number_items: items.reduce((sum, item) => sum + item.quantity, 0),
    };
  }

  return {
    script: () => "https://sc-static.net/scevent.min.js",
    call(events, customer, { pixel }) {
      window.snaptr = window.snaptr || function (...call) {
        if (window.snaptr.handleRequest) window.snaptr.handleRequest(...call);
        else window.snaptr.queue.push(call);
      };
      window.snaptr.queue = window.snaptr.queue || [];
      window.snaptr("init", pixel, user(customer));
      for (const event of events) window.snaptr("track", NAMES[event.event], parameters(event));
    },
    settled: () => window.snaptr.settled?.(),
    isLive: () => Boolean(window.snaptr?.handleRequest),
  };
})());
