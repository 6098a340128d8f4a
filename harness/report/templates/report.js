// Filters findings and opens evidence. Without it everything is still there, only unfiltered.
(() => {
  "use strict";
  const tools = document.getElementById("tools");
  const openAround = (target) => {
    for (let node = target; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
  };
  let unfilter = () => {};
  const follow = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.closest(".filtered")) unfilter();
    openAround(target);
    target.scrollIntoView();
  };
  window.addEventListener("hashchange", follow);
  follow();

  const reopened = [];
  window.addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details.printed:not([open])")) { details.open = true; reopened.push(details); }
  });
  window.addEventListener("afterprint", () => { for (const details of reopened.splice(0)) details.open = false; });

  if (!tools) return;
  tools.hidden = false;
  const findings = [...document.querySelectorAll(".occurrences > li")];
  const texts = new Map(findings.map((item) => [item, item.closest(".finding").textContent.toLowerCase()]));
  const shown = document.getElementById("shown");
  const filter = () => {
    const wanted = Object.fromEntries(new FormData(tools));
    const text = wanted.text.trim().toLowerCase();
    let count = 0;
    for (const item of findings) {
      const fits = ["severity", "vendor", "profile"].every((key) => !wanted[key] || item.dataset[key] === wanted[key])
        && (!text || texts.get(item).includes(text));
      item.classList.toggle("filtered", !fits);
      count += fits;
    }
    for (const box of document.querySelectorAll(".finding, .kind")) {
      box.classList.toggle("filtered", !box.querySelector(".occurrences > li:not(.filtered)"));
    }
    shown.textContent = count === findings.length ? "" : `${count} of ${findings.length} findings shown.`;
  };
  unfilter = () => { tools.reset(); filter(); };
  tools.addEventListener("input", filter);
  tools.addEventListener("submit", (event) => event.preventDefault());
  const expand = document.getElementById("expand");
  expand.addEventListener("click", () => {
    const open = expand.getAttribute("aria-pressed") !== "true";
    expand.setAttribute("aria-pressed", String(open));
    for (const details of document.querySelectorAll(".finding:not(.filtered) .evidence")) details.open = open;
  });
})();
