/* Wiring "direct": the page loads each vendor's script itself and calls it. */
"use strict";

const PIXEL = "702400000000001";
const GOOGLE_TAG = "AW-987654321";
const GOOGLE_SEND_TO = `${GOOGLE_TAG}/AbC-D_efG-h12_34-567`;
const TEADS_PIXEL = 13614;
const META_NAMES = {
  page_view: "PageView", view_item: "ViewContent", add_to_cart: "AddToCart",
  begin_checkout: "InitiateCheckout", purchase: "Purchase",
};
const TEADS_NAMES = {
  view_item: ["ViewContent", "Viewed Product"], add_to_cart: ["AddToCart", "Added To Cart"],
  begin_checkout: ["InitiateCheckout", "Started Checkout"], purchase: ["Purchase", "Completed Purchase"],
};

/* Resolves to whether the script came; a blocked script is no error. */
function load(url) {
  return new Promise((resolve) => {
    const script = document.createElement("script");
    script.async = true;
    script.src = url;
    script.onload = () => resolve(true);
    script.onerror = () => resolve(false);
    document.head.append(script);
  });
}

window.startTags = async (page, customer) => {
  const hasFault = (name) => page.faults.includes(name);
  const times = (event) => (event.event === "purchase" && hasFault("tag-fires-twice") ? 2 : 1);
  const everyTime = (event, call) => { for (let n = 0; n < times(event); n += 1) call(event); };

  callMeta(page, customer, hasFault, everyTime);
  callGoogle(page, customer, everyTime);
  callTeads(page, everyTime);

  const purchase = page.events.find((event) => event.event === "purchase");
  const meta = load("https://connect.facebook.net/en_US/fbevents.js").then(() => {
    // A blocker's replacement script loads as well, but takes no calls.
    if (purchase && hasFault("server-waits-for-tag") && window.fbq.callMethod) {
      const order = purchase.ecommerce.transaction_id;
      return fetch(`/api/orders/${order}/announce`, { method: "POST", keepalive: true });
    }
  });
  // The container's queue gets a name of its own (`l`), so that user data stays out of the shop's data layer.
  const google = load(`https://www.googletagmanager.com/gtag/js?id=${GOOGLE_TAG}&l=adsQueue`);
  await Promise.all([meta, google, load("https://p.teads.tv/teads-fellow.js")]);
  // `settled` belongs to our stand-ins: all calls made so far have been answered.
  await Promise.all([window.fbq, window.gtag, window.teads_e].map((api) => api?.settled?.()));
};

function callMeta(page, customer, hasFault, everyTime) {
  window.fbq = window.fbq || function (...call) {
    if (window.fbq.callMethod) window.fbq.callMethod(...call);
    else window.fbq.queue.push(call);
  };
  window.fbq.queue = window.fbq.queue || [];
  const matching = customer.email && {
    em: customer.email, ph: customer.phone, fn: customer.first_name, ln: customer.last_name, ct: customer.city,
    zp: customer.postal_code, country: customer.country, external_id: customer.id,
  };
  window.fbq("init", PIXEL, matching || {});
  for (const event of page.events) {
    const isPurchase = event.event === "purchase";
    if (isPurchase && hasFault("tag-missing")) continue;
    const eventID = isPurchase && hasFault("event-id-reused") ? "purchase" : event.event_id;
    const options = isPurchase && hasFault("event-id-missing") ? {} : { eventID };
    everyTime(event, () => window.fbq("track", META_NAMES[event.event], metaParameters(event), options));
  }
}

function metaParameters({ ecommerce }) {
  if (!ecommerce) return {};
  const contents = ecommerce.items.map((item) => (
    { id: item.item_id, quantity: item.quantity, item_price: item.price }
  ));
  const parameters = { content_type: "product", contents, value: ecommerce.value, currency: ecommerce.currency };
  return ecommerce.transaction_id ? { ...parameters, order_id: ecommerce.transaction_id } : parameters;
}

function callGoogle(page, customer, everyTime) {
  window.adsQueue = window.adsQueue || [];
  window.gtag = window.gtag || function gtag() { window.adsQueue.push(arguments); };
  window.gtag("js", new Date());
  window.gtag("config", GOOGLE_TAG, { allow_enhanced_conversions: true });
  if (customer.email) {
    window.gtag("set", "user_data", {
      email: customer.email,
      phone_number: customer.phone,
      address: {
        first_name: customer.first_name, last_name: customer.last_name, street: customer.street,
        city: customer.city, postal_code: customer.postal_code, country: customer.country,
      },
    });
  }
  for (const event of page.events.filter((each) => each.ecommerce)) {
    if (event.event !== "purchase") {
      window.gtag("event", event.event, { send_to: GOOGLE_TAG, ...event.ecommerce });
      continue;
    }
    const { value, currency, transaction_id, items } = event.ecommerce;
    everyTime(event, () => (
      window.gtag("event", "conversion", { send_to: GOOGLE_SEND_TO, value, currency, transaction_id, items })
    ));
  }
}

function callTeads(page, everyTime) {
  window.teads_e = window.teads_e || [];
  window.teads_buyer_pixel_id = TEADS_PIXEL;
  for (const event of page.events.filter((each) => TEADS_NAMES[each.event])) {
    const [conversionType, name] = TEADS_NAMES[event.event];
    const { value: price, currency } = event.ecommerce;
    everyTime(event, () => window.teads_e.push({ conversionType, name, price, currency }));
  }
}
