/* The shop's tag for X. The page view is the base code's own; the other events have codes, made in Events Manager. */
"use strict";

window.shopTags.register("x", (() => {
  function matching(customer) {
    return customer.email ? {
      email_address: customer.email, phone_number: customer.phone, external_id: customer.id,
    } : {};
  }

  function parameters({ value, currency, items, transaction_id }) {
    const contents = items.map((item) => ({
      content_id: item.item_id, content_name: item.item_name, content_type: "product", content_price: item.price,
      num_items: item.quantity,
    }));
    const known = { value, currency, contents };
    return transaction_id ? { ...known, conversion_id: transaction_id } : known;
  }

  return {
    script: () => "https://static.ads-twitter.com/uwt.js",
    call(events, customer, { pixel, codes }) {
      window.twq = window.twq || function (...call) {
        if (window.twq.exe) window.twq.exe(...call);
        else window.twq.queue.push(call);
      };
      window.twq.version = "1.1";
      window.twq.queue = window.twq.queue || [];
      window.twq("config", pixel);
      for (const { event, ecommerce } of events.filter((each) => codes[each.event])) {
        window.twq("event", codes[event], { ...parameters(ecommerce), ...matching(customer) });
      }
    },
    settled: () => window.twq.settled?.(),
    isLive: () => Boolean(window.twq?.exe),
  };
})());
