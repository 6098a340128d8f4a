/* The shop's tag for Floodlight: counters for the way to the order, and a sale with enhanced conversions. */
"use strict";

window.shopTags.register("sa360", (() => {
  const ACTIVITIES = {
    page_view: "views0/page000+standard", search: "views0/searc000+standard", view_item: "views0/produ000+unique",
    add_to_cart: "views0/baske000+standard", begin_checkout: "views0/check000+per_session",
    add_payment_info: "views0/payme000+per_session", purchase: "sales0/order000+items_sold",
    generate_lead: "sales0/leads000+transactions",
  };
  const IN_FRAMES = ["begin_checkout", "purchase", "generate_lead"];

  function userData(customer) {
    return {
      email: customer.email,
      phone_number: customer.phone,
      address: {
        first_name: customer.first_name, last_name: customer.last_name, street: customer.street,
        city: customer.city, postal_code: customer.postal_code, country: customer.country,
      },
    };
  }

  function sale({ value, transaction_id, items }, customer) {
    const quantity = items.reduce((sum, item) => sum + item.quantity, 0);
    return { value, transaction_id, quantity, match_id: customer.id };
  }

  return {
    // All products of the Google tag share one queue, apart from the shop's data layer.
    script: ({ tag }) => `https://www.googletagmanager.com/gtag/js?id=${tag}&l=adsQueue`,
    call(events, customer, { tag }) {
      window.adsQueue = window.adsQueue || [];
      window.gtag = window.gtag || function gtag() { window.adsQueue.push(arguments); };
      window.gtag("js", new Date());
      window.gtag("config", tag);
      if (customer.email) window.gtag("set", "user_data", userData(customer));
      for (const { event, ecommerce } of events) {
        const isSale = Boolean(ecommerce?.transaction_id);
        window.gtag("event", isSale ? "purchase" : "conversion", {
          send_to: `${tag}/${ACTIVITIES[event]}`,
          allow_custom_scripts: IN_FRAMES.includes(event),
          ...(isSale ? sale(ecommerce, customer) : {}),
        });
      }
    },
    settled: () => window.gtag.settled?.(),
    isLive: () => Boolean(window.gtag?.settled),
  };
})());
