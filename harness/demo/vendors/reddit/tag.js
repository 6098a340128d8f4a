/* The shop's tag for Reddit, which has no event for the start of the checkout, nor for the payment. */
"use strict";

window.shopTags.register("reddit", (() => {
  const NAMES = {
    page_view: "PageVisit", search: "Search", view_item: "ViewContent", add_to_cart: "AddToCart", purchase: "Purchase",
    generate_lead: "Lead",
  };
  const OWN_NAMES = { begin_checkout: "Checkout Started", add_payment_info: "Payment Info Added" };
  // Looking at a thing is worth nothing, says Reddit, and a lead has no items to count.
  const WITHOUT_VALUE = ["view_item"];
  const WITHOUT_COUNT = ["generate_lead"];

  function products(items) {
    return items.map((item) => ({
      id: item.item_id, category: item.item_category, name: item.item_name, quantity: item.quantity,
      itemPrice: item.price,
    }));
  }

  function metadata({ event, event_id: conversionId, ecommerce }) {
    const custom = NAMES[event] ? {} : { customEventName: OWN_NAMES[event] };
    if (!ecommerce) return { conversionId, ...custom };
    const { value, currency, items, transaction_id: transactionId } = ecommerce;
    const known = { conversionId, ...custom, transactionId, products: products(items) };
    if (WITHOUT_VALUE.includes(event)) return known;
    if (WITHOUT_COUNT.includes(event)) return { ...known, value, currency };
    return { ...known, value, currency, itemCount: items.reduce((sum, item) => sum + item.quantity, 0) };
  }

  return {
    script: ({ pixel }) => `https://www.redditstatic.com/ads/pixel.js?pixel_id=${pixel}`,
    call(events, customer, { pixel }) {
      window.rdt = window.rdt || function (...call) {
        if (window.rdt.sendEvent) window.rdt.sendEvent(...call);
        else window.rdt.callQueue.push(call);
      };
      window.rdt.callQueue = window.rdt.callQueue || [];
      window.rdt("init", pixel, {
        email: customer.email, phoneNumber: customer.phone, externalId: customer.id, useDecimalCurrencyValues: true,
      });
      for (const event of events) window.rdt("track", NAMES[event.event] ?? "Custom", metadata(event));
    },
    settled: () => window.rdt.settled?.(),
    isLive: () => Boolean(window.rdt?.sendEvent),
  };
})());
