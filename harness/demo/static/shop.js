/* The sites' own script: data layer, consent, and the start of the tags once there is consent.

   <html data-tags> says how far the tags are: "off" without consent, "loading", "ready" when every script has loaded
   or failed and every call has been answered. */
"use strict";

const page = JSON.parse(document.getElementById("page-data").textContent);
const customer = JSON.parse(document.getElementById("customer-data").textContent);
const YEAR = 365 * 24 * 3600;

window.dataLayer = window.dataLayer || [];
for (const event of page.events) window.dataLayer.push(structuredClone(event));

function consent() {
  return /(?:^|; )cs_consent=(\w+)/.exec(document.cookie)?.[1];
}

async function measure() {
  const state = document.documentElement.dataset;
  state.tags = "loading";
  try {
    await window.startTags(page, customer);
  } finally {
    state.tags = "ready";
  }
}

for (const button of document.querySelectorAll("[data-consent]")) {
  button.addEventListener("click", () => {
    document.cookie = `cs_consent=${button.dataset.consent}; path=/; max-age=${YEAR}; samesite=lax; secure`;
    document.getElementById("consent")?.remove();
    document.getElementById("choice")?.remove();
    document.getElementById("main").focus({ preventScroll: true });
    if (consent() === "granted") measure();
  });
}

if (consent() === "granted") measure();
