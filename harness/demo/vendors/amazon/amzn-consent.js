/* Stand-in for the consent helper of the Amazon Ad Tag, written from its documentation. No vendor code.

   `amznConsent.built` is our own: the consent text, where the tag's stand-in finds it. */
"use strict";

window.amznConsent = window.amznConsent ?? (() => {
  const geo = {};
  const amazonConsentFormat = {};
  const word = (isGranted) => (isGranted ? "GRANTED" : "DENIED");
  const consent = {
    setCountryCode(code) { geo.countryCode = code; return consent; },
    setEnableAdStorage(isGranted) { amazonConsentFormat.amzn_ad_storage = word(isGranted); return consent; },
    setEnableUserData(isGranted) { amazonConsentFormat.amzn_user_data = word(isGranted); return consent; },
    build() { window.amznConsent.built = JSON.stringify({ geo, consent: { amazonConsentFormat } }); },
  };
  return consent;
});
