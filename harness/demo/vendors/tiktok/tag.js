/* The shop's tag for TikTok. */
"use strict";

window.shopTags.register("tiktok", (() => {
  const NAMES = {
    search: "Search", view_item: "ViewContent", add_to_cart: "AddToCart", begin_checkout: "InitiateCheckout",
    add_payment_info: "AddPaymentInfo", purchase: "Purchase", generate_lead: "Lead",
  };

  /* What waits until the library has come: every call with its name in front. */
  function waiting() {
    const calls = [];
    for (const method of ["page", "identify", "track"]) {
      calls[method] = (...call) => { calls.push([method, ...call]); };
    }
    return calls;
  }

  function matching(customer) {
    return {
      email: customer.email, phone_number: customer.phone, external_id: customer.id, first_name: customer.first_name,
      last_name: customer.last_name, city: customer.city, zip_code: customer.postal_code, country: customer.country,
    };
  }

  function properties({ value, currency, items, transaction_id }) {
    const contents = items.map((item) => (
      { content_id: item.item_id, content_name: item.item_name, quantity: item.quantity, price: item.price }
    ));
    const known = { content_type: "product", contents, value, currency };
    return transaction_id ? { ...known, order_id: transaction_id } : known;
  }

  return {
    script: ({ pixel }) => `https://analytics.tiktok.com/i18n/pixel/events.js?sdkid=${pixel}&lib=ttq`,
    call(events, customer) {
      window.TiktokAnalyticsObject = "ttq";
      window.ttq = window.ttq || waiting();
      if (customer.email) window.ttq.identify(matching(customer));
      for (const { event, event_id, ecommerce, search_term } of events) {
        if (event === "page_view") window.ttq.page();
        else window.ttq.track(NAMES[event], ecommerce ? properties(ecommerce) : { search_string: search_term }, event_id ? { event_id } : {});
      }
    },
    settled: () => window.ttq.settled?.(),
    isLive: () => Boolean(window.ttq?.settled),
  };
})());
