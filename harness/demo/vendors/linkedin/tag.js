/* The shop's tag for LinkedIn. The Insight Tag reports the page view by itself. */
"use strict";

window.shopTags.register("linkedin", {
  script: () => "https://snap.licdn.com/li.lms-analytics/insight.min.js",
  call(events, customer, { partner, rules }) {
    window._linkedin_partner_id = partner;
    window._linkedin_data_partner_ids = [partner];
    window.lintrk = window.lintrk || function (method, options) { window.lintrk.q.push([method, options]); };
    window.lintrk.q = window.lintrk.q || [];
    if (customer.email) window.lintrk("setUserData", { email: customer.email });
    for (const { event, event_id, ecommerce } of events.filter((each) => rules[each.event])) {
      window.lintrk("track", {
        conversion_id: rules[event], event_id, conversion_value: ecommerce.value, currency: ecommerce.currency,
      });
    }
  },
  settled: () => window.lintrk.settled?.(),
  isLive: () => Boolean(window.lintrk?.settled),
});
