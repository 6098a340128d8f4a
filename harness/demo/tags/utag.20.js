/* Tealium tag 20: Tealium Collect. It sends the whole of utag.data, so it has to be last. */
"use strict";

(() => {
  const UID = 20;
  const { account, profile, collectHost, collectForm } = window.utag.settings;
  const PIXEL = `https://${collectHost}/${account}/${profile}/2/i.gif`;
  const EVENT = `https://${collectHost}/event`;

  function envelope(type, data) {
    const form = new FormData();
    form.append("data", JSON.stringify({
      "loader.cfg": window.utag.loader.cfg,
      data,
      browser: {
        height: innerHeight, width: innerWidth, screen_height: screen.height, screen_width: screen.width,
        timezone_offset: new Date().getTimezoneOffset(),
      },
      event: type,
      post_time: Date.now(),
    }));
    return form;
  }

  /* The HTTP API refuses keys with a period. */
  function flat(data) {
    return JSON.stringify(Object.fromEntries(Object.entries(data).map(([key, value]) => [key.replaceAll(".", "_"), value])));
  }

  window.utag.sender[UID] = (type, data) => {
    if (type === "link") {
      // A link event often comes with the end of the page.
      navigator.sendBeacon(PIXEL, envelope(type, data));
      return Promise.resolve();
    }
    const isHttp = collectForm === "http";
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open("POST", isHttp ? EVENT : PIXEL);
      request.withCredentials = true;
      if (isHttp) request.setRequestHeader("Content-Type", "application/json");
      request.onload = () => {
        const region = request.getResponseHeader("X-Region");
        const site = location.hostname.split(".").slice(-2).join(".");
        if (region) document.cookie = `utag_main_dc_region=${region}; domain=${site}; path=/; max-age=31536000; samesite=lax`;
      };
      request.onloadend = resolve;
      request.send(isHttp ? flat(data) : envelope(type, data));
    });
  };
})();
