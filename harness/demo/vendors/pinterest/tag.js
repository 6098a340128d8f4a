/* The shop's tag for Pinterest. */
"use strict";

window.shopTags.register("pinterest", (() => {
  const NAMES = {
    page_view: "PageVisit", search: "Search", view_item: "ViewContent", add_to_cart: "AddToCart",
    begin_checkout: "InitiateCheckout", add_payment_info: "AddPaymentInfo", purchase: "Checkout", generate_lead: "Lead",
  };

  function matching(customer) {
    return customer.email ? {
      em: customer.email, ph: customer.phone, fn: customer.first_name, ln: customer.last_name, ct: customer.city,
      zp: customer.postal_code, country: customer.country, external_id: customer.id,
    } : {};
  }

  function data({ event_id, ecommerce, search_term: search_query }) {
    const known = { ...(event_id && { event_id }), ...(search_query && { search_query }) };
    if (!ecommerce) return known;
    const { value, currency, transaction_id: order_id, items } = ecommerce;
    return {
      ...known, value, currency, ...(order_id && { order_id }),
      order_quantity: items.reduce((sum, item) => sum + item.quantity, 0),
      line_items: items.map((item) => ({
        product_id: item.item_id, product_name: item.item_name, product_price: item.price,
        product_quantity: item.quantity,
      })),
    };
  }

  return {
    script: () => "https://s.pinimg.com/ct/core.js",
    call(events, customer, { tag }) {
      window.pintrk = window.pintrk || function (...call) { window.pintrk.queue.push(call); };
      window.pintrk.queue = window.pintrk.queue || [];
      window.pintrk.version = "3.0";
      window.pintrk("load", tag, matching(customer));
      window.pintrk("page");
      for (const event of events) window.pintrk("track", NAMES[event.event], data(event));
    },
    settled: () => window.pintrk.settled?.(),
    isLive: () => Boolean(window.pintrk?.answered),
  };
})());
