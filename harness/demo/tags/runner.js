/* The site's tags. Each vendor's tag.js registers itself; the page, or the tag manager, fires it.

   A tag has `script(settings)`, the address of the vendor's script; `call(events, customer, settings)`, which queues
   the vendor's calls; `settled()`, a promise that they have been answered; and, where it matters, `isLive()`: whether
   the vendor's script has come, and not a blocker's replacement, and `knowsRefunds`. */
"use strict";

window.shopTags = window.shopTags ?? (() => {
  const tags = new Map();
  const scripts = new Map();
  const CONVERSIONS = ["purchase", "generate_lead"];

  /* Resolves to whether the script came; a blocked script is no error. */
  function load(url) {
    if (!scripts.has(url)) {
      scripts.set(url, new Promise((resolve) => {
        const script = document.createElement("script");
        script.async = true;
        script.src = url;
        script.onload = () => resolve(true);
        script.onerror = () => resolve(false);
        document.head.append(script);
      }));
    }
    return scripts.get(url);
  }

  /* The events as faults leave them; only the conversion is touched. */
  function reported(events, faults) {
    return events.flatMap((event) => {
      if (!CONVERSIONS.includes(event.event)) return [event];
      if (faults.includes("tag-missing")) return [];
      const sent = { ...event };
      if (faults.includes("event-id-reused")) sent.event_id = event.event;
      if (faults.includes("event-id-missing")) delete sent.event_id;
      return faults.includes("tag-fires-twice") ? [sent, sent] : [sent];
    });
  }

  return {
    names: () => [...tags.keys()],
    register: (name, tag) => { tags.set(name, tag); },
    isLive: () => [...tags.values()].some((tag) => tag.isLive?.()),
    async fire(name, { events, customer, settings, faults }) {
      const tag = tags.get(name);
      const known = events.filter((event) => event.event !== "refund" || tag.knowsRefunds);
      tag.call(reported(known, faults), customer, settings);
      await load(tag.script(settings));
      await tag.settled();
    },
  };
})();
