/* The shop's tag for Meta. */
"use strict";

window.shopTags.register("meta", (() => {
  const NAMES = {
    page_view: "PageView", search: "Search", view_item: "ViewContent", add_to_cart: "AddToCart",
    begin_checkout: "InitiateCheckout", add_payment_info: "AddPaymentInfo", purchase: "Purchase", generate_lead: "Lead",
  };

  function matching(customer) {
    return customer.email ? {
      em: customer.email, ph: customer.phone, fn: customer.first_name, ln: customer.last_name, ct: customer.city,
      zp: customer.postal_code, country: customer.country, external_id: customer.id,
    } : {};
  }

  function parameters({ ecommerce, search_term: term }) {
    if (!ecommerce) return term ? { search_string: term } : {};
    const contents = ecommerce.items.map((item) => (
      { id: item.item_id, quantity: item.quantity, item_price: item.price }
    ));
    const known = { content_type: "product", contents, value: ecommerce.value, currency: ecommerce.currency };
    return ecommerce.transaction_id ? { ...known, order_id: ecommerce.transaction_id } : known;
  }

  return {
    script: () => "https://connect.facebook.net/en_US/fbevents.js",
    call(events, customer, { pixel }) {
      window.fbq = window.fbq || function (...call) {
        if (window.fbq.callMethod) window.fbq.callMethod(...call);
        else window.fbq.queue.push(call);
      };
      window.fbq.queue = window.fbq.queue || [];
      window.fbq("init", pixel, matching(customer));
      for (const event of events) {
        window.fbq("track", NAMES[event.event], parameters(event), event.event_id ? { eventID: event.event_id } : {});
      }
    },
    settled: () => window.fbq.settled?.(),
    isLive: () => Boolean(window.fbq?.callMethod),
  };
})());
