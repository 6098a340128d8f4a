/* The shop's tag for Google Ads: conversion tracking with enhanced conversions. */
"use strict";

window.shopTags.register("google-ads", {
  // The tag's queue gets a name of its own (`l`), so that user data stays out of the shop's data layer.
  script: ({ tag }) => `https://www.googletagmanager.com/gtag/js?id=${tag}&l=adsQueue`,
  call(events, customer, { tag, labels }) {
    window.adsQueue = window.adsQueue || [];
    window.gtag = window.gtag || function gtag() { window.adsQueue.push(arguments); };
    window.gtag("js", new Date());
    window.gtag("config", tag, { allow_enhanced_conversions: true });
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
    for (const { event, ecommerce } of events.filter((each) => each.ecommerce)) {
      const { value, currency, transaction_id, items } = ecommerce;
      if (labels[event]) {
        window.gtag("event", "conversion", { send_to: `${tag}/${labels[event]}`, value, currency, transaction_id, items });
      } else {
        window.gtag("event", event, { send_to: tag, value, currency, items });
      }
    }
  },
  settled: () => window.gtag.settled?.(),
});
