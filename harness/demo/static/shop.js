/* The sites' own script: data layer, consent, and the start of the tags once there is consent.

   <html data-tags> says how far the tags are: "off" before the visitor has answered, "loading", "ready" when every
   script has loaded or failed and every call has been answered, or when there is none to load without consent. */
"use strict";

const page = JSON.parse(document.getElementById("page-data").textContent);
const customer = JSON.parse(document.getElementById("customer-data").textContent);
const YEAR = 365 * 24 * 3600;
// Longer than the pause between two clicks of a double click.
const DOUBLE_CLICK = 500;

/* Fault second-tab-sends-again: the tab remembers which order was reported, and another tab has another memory. */
function leaveOutReported() {
  const orders = page.events.filter((event) => event.event === "purchase");
  if (!orders.length) return;
  const name = `reported.${orders[0].ecommerce.transaction_id}`;
  if (sessionStorage.getItem(name)) {
    page.events = page.events.filter((event) => !orders.includes(event));
    for (const detail of Object.keys(customer)) delete customer[detail];
    if (window.utag_data) window.utag_data = { tealium_event: "page_view", page_type: window.utag_data.page_type };
  }
  sessionStorage.setItem(name, "yes");
}

/* Fault double-click-orders-twice: each click sends the form by itself, and then the page goes on. */
function sendEachClick(form) {
  const sent = [];
  async function goOn(button) {
    await Promise.all(sent);
    form.removeEventListener("submit", send);
    form.requestSubmit(button);
  }
  function send(event) {
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form, event.submitter));
    const headers = { "X-Requested-With": "fetch" };
    sent.push(fetch(form.action, { method: "POST", body, headers, redirect: "manual" }));
    if (sent.length === 1) setTimeout(goOn, DOUBLE_CLICK, event.submitter);
  }
  form.addEventListener("submit", send);
}

if (page.faults.includes("second-tab-sends-again")) leaveOutReported();
if (page.faults.includes("double-click-orders-twice")) document.querySelectorAll("form[data-orders]").forEach(sendEachClick);

window.dataLayer = window.dataLayer || [];
for (const event of page.events) window.dataLayer.push(structuredClone(event));

function consent() {
  return /(?:^|; )cs_consent=(\w+)/.exec(document.cookie)?.[1];
}

/* Tags read the landing's click IDs from the address: whoever consents on a later page gets them back there. */
function returnClicks() {
  const address = new URL(location.href);
  for (const [name, value] of Object.entries(page.clicks)) address.searchParams.set(name, value);
  history.replaceState(history.state, "", address);
}

async function follow(answer) {
  if (answer === "granted") await measure();
  else if (answer) document.documentElement.dataset.tags = "ready";
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
    if (consent() === "granted") returnClicks();
    follow(consent());
  });
}

follow(consent());
