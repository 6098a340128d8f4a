/* Wirings without a tag manager on the page: it loads each vendor's script itself and calls it. */
"use strict";

window.startTags = async (page, customer) => {
  const { shopTags } = window;
  await Promise.all(shopTags.names().map((name) => (
    shopTags.fire(name, { events: page.events, customer, settings: shopTags.settings[name], faults: page.faults })
  )));
  const conversion = page.events.find((event) => event.ecommerce?.transaction_id);
  if (conversion && page.faults.includes("server-waits-for-tag") && shopTags.isLive()) {
    await fetch(`/api/orders/${conversion.ecommerce.transaction_id}/announce`, { method: "POST", keepalive: true });
  }
};
