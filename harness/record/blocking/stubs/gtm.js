// In place of a tag manager's container: sends nothing, but lets waiting pages go on.
(function () {
  "use strict";
  var name = "dataLayer";
  try {
    name = new URL(document.currentScript.src).searchParams.get("l") || name;
  } catch (problem) { /* loaded some other way: the usual name will do */ }
  var layer = (window[name] = window[name] || []);
  if (layer.__stubbed) return;
  Object.defineProperty(layer, "__stubbed", { value: true });

  function later(callback, argument) {
    if (typeof callback !== "function") return;
    setTimeout(function () {
      try { callback(argument); } catch (problem) { setTimeout(function () { throw problem; }); }
    }, 1);
  }

  // Two shapes reach the layer: objects of a tag manager, and the arguments of gtag() calls.
  function settle(entry) {
    if (!entry || typeof entry !== "object") return;
    later(entry.eventCallback, "stub");
    var command = entry[0];
    if (command === "event" && entry[2] && typeof entry[2] === "object") later(entry[2].event_callback, "stub");
    if (command === "get") later(entry[3], undefined);
  }

  var push = layer.push;
  layer.push = function () {
    var result = push.apply(layer, arguments);
    Array.prototype.forEach.call(arguments, settle);
    return result;
  };
  Array.prototype.slice.call(layer).forEach(settle);

  var manager = (window.google_tag_manager = window.google_tag_manager || {});
  if (!manager[name]) manager[name] = { get: function () {}, set: function () {}, reset: function () {} };

  // A page that hides itself until its experiments are chosen must be shown again.
  if (layer.hide && typeof layer.hide.end === "function") later(layer.hide.end);
})();
