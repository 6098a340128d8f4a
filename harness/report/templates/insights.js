// Narrows the page to a vendor, a scenario or a profile. Without it everything is still there.
(() => {
  "use strict";
  const tools = document.getElementById("tools");
  if (!tools) return;
  tools.hidden = false;
  const shown = document.getElementById("shown");
  const filter = () => {
    const wanted = Object.fromEntries(new FormData(tools));
    const narrow = Boolean(wanted.scenario || wanted.profile);
    let count = 0;
    for (const item of document.querySelectorAll("[data-vendor], [data-scenario], [data-profile]")) {
      const fits = ["vendor", "scenario", "profile"]
        .every((key) => !wanted[key] || !(key in item.dataset) || item.dataset[key].split(" ").includes(wanted[key]));
      item.classList.toggle("filtered", !fits);
      count += fits && item.matches(".place");
    }
    // Figures of all places together would be misread beside a choice of them.
    for (const item of document.querySelectorAll(".of-all")) item.classList.toggle("filtered", narrow);
    shown.textContent = wanted.vendor || narrow
      ? `${count} ${count === 1 ? "row" : "rows"} by scenario and profile shown.${narrow ? " Charts and figures of all of them together are hidden." : ""}`
      : "";
  };
  tools.addEventListener("input", filter);
  tools.addEventListener("submit", (event) => event.preventDefault());
})();
