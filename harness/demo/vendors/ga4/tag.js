/* The site's tag for Google Analytics 4. Its page views come with the configuration. */
"use strict";

window.shopTags.register("ga4", (() => {
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

  /* The copies of an order are recognised by its ID, those of a lead by nothing: it goes one way only. Where the tag's
     hits do not pass a container, that is the way from the server, which no blocker bars. */
  function isOwn(event, container) {
    return event !== "page_view" && (event !== "generate_lead" || Boolean(container));
  }

  /* What tags in a server container need and Google Analytics does not: the event ID, and the customer unhashed. */
  function forContainer(event_id, customer) {
    return {
      event_id,
      "user_data.email_address": customer.email,
      "user_data.phone_number": customer.phone,
      "user_data.address.first_name": customer.first_name,
      "user_data.address.last_name": customer.last_name,
      "user_data.address.street": customer.street,
      "user_data.address.city": customer.city,
      "user_data.address.postal_code": customer.postal_code,
      "user_data.address.country": customer.country,
    };
  }

  return {
    // All products of the Google tag share one queue, apart from the shop's data layer.
    script: ({ script }) => script,
    call(events, customer, { tag, container }) {
      window.adsQueue = window.adsQueue || [];
      window.gtag = window.gtag || function gtag() { window.adsQueue.push(arguments); };
      window.gtag("js", new Date());
      window.gtag("config", tag, { user_id: customer.id, ...container });
      if (customer.email) window.gtag("set", "user_data", userData(customer));
      for (const { event, event_id, ecommerce, search_term } of events.filter((each) => isOwn(each.event, container))) {
        const added = container ? forContainer(event_id, customer) : {};
        window.gtag("event", event, { send_to: tag, search_term, ...ecommerce, ...added });
      }
    },
    settled: () => window.gtag.settled?.(),
    // A blocker's replacement settles nothing.
    isLive: () => Boolean(window.gtag?.settled),
    knowsRefunds: true,
  };
})());
