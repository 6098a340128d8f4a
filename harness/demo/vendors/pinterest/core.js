/* Stand-in for the loader of the Pinterest tag: it fetches the library. No vendor code.

   `pintrk.settled()` is our own addition: a promise that all calls made so far have been answered. */
"use strict";

(() => {
  const LIBRARY = "https://s.pinimg.com/ct/lib/main.6b1f04da.js";
  const pintrk = window.pintrk;
  if (!pintrk || pintrk.settled) return;
  const loaded = new Promise((resolve) => {
    const script = document.createElement("script");
    script.async = true;
    script.src = LIBRARY;
    script.onload = script.onerror = resolve;
    document.head.append(script);
  });
  pintrk.settled = () => loaded.then(() => pintrk.answered?.());
})();
