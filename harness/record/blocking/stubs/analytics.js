// In place of the older analytics library: sends nothing, but lets waiting pages go on.
(function () {
  "use strict";
  var key = window.GoogleAnalyticsObject || "ga";
  var waiting = (window[key] && window[key].q) || [];

  function nothing() {}
  var tracker = { get: nothing, set: nothing, send: settle, requireSync: nothing };

  function later(callback, argument) {
    if (typeof callback !== "function") return;
    setTimeout(function () {
      try { callback(argument); } catch (problem) { setTimeout(function () { throw problem; }); }
    }, 1);
  }

  // A hit's fields may be any argument; the callback is one of them.
  function settle() {
    Array.prototype.forEach.call(arguments, function (argument) {
      if (argument && typeof argument === "object") later(argument.hitCallback);
    });
  }

  function analytics(first) {
    if (typeof first === "function") return later(first, tracker);
    settle.apply(null, arguments);
  }
  analytics.create = function () { return tracker; };
  analytics.getByName = function () { return tracker; };
  analytics.getAll = function () { return [tracker]; };
  analytics.remove = nothing;
  analytics.loaded = true;
  analytics.l = Date.now();
  analytics.q = [];
  window[key] = analytics;
  Array.prototype.slice.call(waiting).forEach(function (call) { analytics.apply(null, call); });

  var layer = window.dataLayer;
  if (layer && layer.hide && typeof layer.hide.end === "function") later(layer.hide.end);
})();
