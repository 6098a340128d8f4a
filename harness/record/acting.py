"""What must a page be told, so that Chromium acts like the browser of the profile?

Measured: cookies of `document.cookie`, of `cookieStore` and of frames of the same origin keep to the limit; session
cookies and deletions are left alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from harness.model.profile import Profile

_SECONDS_A_DAY = 24 * 3600

_GPC = "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {get: () => true, configurable: true});"

_COOKIES = """((usual, landed, hosts) => {
  // A page in a frame is as its window's page; of a foreign one nothing can be read, and its cookies are not kept.
  const isLanding = () => {
    try {
      const {referrer, location} = window.top.document;
      if (!referrer || !(location.search || location.hash)) return false;
      const host = new URL(referrer).hostname;
      return hosts.some(each => host === each || host.endsWith('.' + each));
    } catch { return false; }
  };
  const limit = landed && isLanding() ? Math.min(landed, usual || landed) : usual;
  if (!limit) return;
  const isOver = text => {
    const age = /;\\s*max-age\\s*=\\s*(-?\\d+)/i.exec(text);
    if (age) return Number(age[1]) > limit;
    const until = /;\\s*expires\\s*=\\s*([^;]+)/i.exec(text);
    return Boolean(until) && Date.parse(until[1]) > Date.now() + limit * 1000;
  };
  const capped = text => !isOver(text) ? text
    : text.replace(/;\\s*(max-age|expires)\\s*=[^;]*/gi, '') + '; max-age=' + limit;
  const cookie = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie');
  Object.defineProperty(Document.prototype, 'cookie', {
    ...cookie, set(text) { cookie.set.call(this, capped(String(text))); },
  });
  if (!window.CookieStore) return;
  const set = CookieStore.prototype.set;
  CookieStore.prototype.set = function (first, value) {
    const options = typeof first === 'object' ? {...first} : {name: first, value};
    const latest = Date.now() + limit * 1000;
    if (options.expires > latest) options.expires = latest;
    return set.call(this, options);
  };
})(LIMITS);"""


def acting_scripts(profile: Profile) -> Iterator[str]:
    """JavaScript that every document runs before its own."""
    if profile.gpc:
        yield _GPC
    days = profile.script_cookie_days, profile.landing_cookie_days
    if any(days):
        limits = ", ".join(str(each * _SECONDS_A_DAY) for each in days)
        yield _COOKIES.replace("LIMITS", f"{limits}, {json.dumps(profile.classified_hosts)}")
