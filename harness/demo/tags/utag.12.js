/* Tealium tag 12: Google Ads conversion tracking, with enhanced conversions. */
"use strict";

(() => {
  const UID = 12;
  const NAMES = { product_view: "view_item", cart_add: "add_to_cart", checkout: "begin_checkout" };
  const { faults, googleTag, googleLabel } = window.utag.settings;

  function userData(data) {
    return {
      email: data.customer_email,
      phone_number: data.customer_phone,
      address: {
        first_name: data.customer_first_name, last_name: data.customer_last_name, street: data.customer_street,
        city: data.customer_city, postal_code: data.customer_postal_code, country: data.customer_country,
      },
    };
  }

  function conversion(data) {
    return {
      send_to: `${googleTag}/${googleLabel}`, value: Number(data.order_total), currency: data.order_currency,
      transaction_id: data.order_id,
      items: data.product_id.map((item_id, n) => (
        { item_id, quantity: Number(data.product_quantity[n]), price: Number(data.product_price[n]) }
      )),
    };
  }

  window.utag.sender[UID] = async (type, data) => {
    window.adsQueue = window.adsQueue || [];
    window.gtag = window.gtag || function gtag() { window.adsQueue.push(arguments); };
    window.gtag("js", new Date());
    window.gtag("config", googleTag, { allow_enhanced_conversions: true });
    if (data.tealium_event === "purchase") {
      window.gtag("set", "user_data", userData(data));
      const times = faults.includes("tag-fires-twice") ? 2 : 1;
      for (let n = 0; n < times; n += 1) window.gtag("event", "conversion", conversion(data));
    } else if (NAMES[data.tealium_event]) {
      window.gtag("event", NAMES[data.tealium_event], { send_to: googleTag, value: Number(data.cart_value) });
    }
    await window.utag.load(`https://www.googletagmanager.com/gtag/js?id=${googleTag}&l=adsQueue`);
    await window.gtag.settled?.();
  };
})();
