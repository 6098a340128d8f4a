/* A vendor's tag in Tealium: the attributes of the event become what the site's tag of that vendor takes. */
"use strict";

(() => {
  const UID = __UID__;
  const VENDOR = __VENDOR__;
  // Generate Event ID: by conversion, the attribute in which its ID stays, where Collect finds it. Without one, the
  // site's own is used.
  const EVENT_IDS = __EVENT_IDS__;
  const NAMES = {
    search: "search", product_view: "view_item", cart_add: "add_to_cart", checkout: "begin_checkout",
    payment: "add_payment_info", purchase: "purchase", lead: "generate_lead",
  };
  const { settings } = window.utag;

  function eventId(name, data) {
    const attribute = EVENT_IDS[name];
    if (!attribute) return name === "page_view" ? `page_view.${crypto.randomUUID()}` : data.event_id;
    data[attribute] = settings.faults.includes("event-id-reused") ? name : `${name}.${window.utag.unique(name)}`;
    return data[attribute];
  }

  function ecommerce(data) {
    const items = data.product_id.map((item_id, n) => ({
      item_id, item_name: data.product_name[n], item_category: data.product_category[n],
      quantity: Number(data.product_quantity[n]), price: Number(data.product_price[n]),
    }));
    const common = { value: Number(data.order_total ?? data.cart_value), currency: data.order_currency, items };
    if (!data.order_id) return common;
    return {
      transaction_id: data.order_id, ...common, shipping: Number(data.order_shipping),
      tax: Number((data.order_total - data.order_net_total).toFixed(2)),
    };
  }

  function customer(data) {
    if (!data.customer_email) return {};
    return Object.fromEntries(Object.entries(data)
      .filter(([name]) => name.startsWith("customer_")).map(([name, value]) => [name.slice("customer_".length), value]));
  }

  window.utag.sender[UID] = (type, data) => {
    const events = [{ event: "page_view", event_id: eventId("page_view", data) }];
    const event = NAMES[data.tealium_event];
    if (event) {
      const details = data.product_id ? { ecommerce: ecommerce(data) } : { search_term: data.search_keyword };
      events.push({ event, event_id: eventId(event, data), ...details });
    }
    const page = { events, customer: customer(data), settings: settings.vendors[VENDOR], faults: settings.faults };
    return window.shopTags.fire(VENDOR, page);
  };
})();
