/* Tealium tag 11: Meta Pixel, with "Generate Event ID" on. */
"use strict";

(() => {
  const UID = 11;
  const NAMES = { product_view: "ViewContent", cart_add: "AddToCart", checkout: "InitiateCheckout", purchase: "Purchase" };
  const { faults, metaPixel } = window.utag.settings;

  /* Generate Event ID: the ID stays in the data, where Collect finds it. */
  function eventId(name, data) {
    const isReused = name === "Purchase" && faults.includes("event-id-reused");
    const id = isReused ? "purchase" : `${name}.${crypto.randomUUID()}`;
    data[`fb_event_id_${name}_${UID}`] = id;
    return id;
  }

  function matching(data) {
    return {
      em: data.customer_email, ph: data.customer_phone, fn: data.customer_first_name, ln: data.customer_last_name,
      ct: data.customer_city, zp: data.customer_postal_code, country: data.customer_country,
      external_id: data.customer_id,
    };
  }

  function parameters(data) {
    const contents = data.product_id.map((id, n) => (
      { id, quantity: Number(data.product_quantity[n]), item_price: Number(data.product_price[n]) }
    ));
    const value = Number(data.order_total ?? data.cart_value);
    const known = { content_type: "product", contents, value, currency: data.order_currency };
    return data.order_id ? { ...known, order_id: data.order_id } : known;
  }

  function track(name, data) {
    const eventID = eventId(name, data);
    const isPurchase = name === "Purchase";
    if (isPurchase && faults.includes("tag-missing")) return;
    const options = isPurchase && faults.includes("event-id-missing") ? {} : { eventID };
    const times = isPurchase && faults.includes("tag-fires-twice") ? 2 : 1;
    for (let n = 0; n < times; n += 1) window.fbq("track", name, name === "PageView" ? {} : parameters(data), options);
  }

  window.utag.sender[UID] = async (type, data) => {
    window.fbq = window.fbq || function (...call) {
      if (window.fbq.callMethod) window.fbq.callMethod(...call);
      else window.fbq.queue.push(call);
    };
    window.fbq.queue = window.fbq.queue || [];
    window.fbq("init", metaPixel, matching(data));
    track("PageView", data);
    if (NAMES[data.tealium_event]) track(NAMES[data.tealium_event], data);
    await window.utag.load("https://connect.facebook.net/en_US/fbevents.js");
    await window.fbq.settled?.();
  };
})();
