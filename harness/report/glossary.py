"""The words of the report, for readers who do not test tags every day."""

from __future__ import annotations

GLOSSARY = {
    "Blocked": "A browser request that the profile took away, by a filter rule or another protection.",
    "Canary": "A self-check of a run, for example that the ad blocker really blocks.",
    "Collect": "A call to the site's own collector, which passes the event on to vendors.",
    "Conversion API (CAPI)": "The vendor's interface for servers: the site's server reports the event itself.",
    "Conversion": "What really happened on the site, such as an order: the truth that counts are held against.",
    "Counted": "How many conversions the vendor would count, predicted from its rules and the calls recorded.",
    "Deduplication": "The vendor's way to make one of two reports of the same event, usually by a shared event ID.",
    "Identifier coverage": (
        "The share of possible identifiers (email, phone, click ID, …) that was sent, weighed by strength. "
        "It is this harness's own score and no vendor's match quality."
    ),
    "Inconclusive": "The evidence did not suffice for a verdict. It is neither a pass nor a failure.",
    "‹email›, ‹hash#1f0c9a2e›": "What stands for a person's values; where there are digits, equal ones were equal.",
    "Profile": "The kind of visitor: without protection, with an ad blocker, without consent, …",
    "Run": "One scenario, walked once under one profile.",
    "Scenario": "The visit as written down: landing page, basket, checkout.",
    "Tag": "The vendor's script in the browser, or the request it sends.",
    "Waived": "Found, and agreed to be left until a day, by whom and why: it is shown and fails nothing.",
}
