"""Who visits: a synthetic person, made from a seed and never stored."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonaSeed:
    """What is enough to make the same persona again: stored in recordings in place of the person.

    Without a token nobody knows who the visitor was.
    """

    token: str
    country: str = "DE"
    email_domain: str = "mail.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """The person a run types into forms. Phone is E.164, `phone_national` as a person would write it.

    `click_ids` maps the URL parameter of a click ID to this run's value. `unknown` are names of values that nobody has
    told of a real visitor; those that are empty and not among them he did not give.
    """

    seed: PersonaSeed
    email: str
    phone: str
    phone_national: str
    first_name: str
    last_name: str
    street: str
    city: str
    region: str
    postal_code: str
    country: str
    external_id: str
    click_ids: dict[str, str] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()

    def identifiers(self) -> dict[str, str]:
        """Every value that must not reach a disk, by its name. Click IDs are made for one run and stay readable."""
        names = (
            "email", "phone", "phone_national", "first_name", "last_name",
            "street", "city", "region", "postal_code", "external_id",
        )  # fmt: skip
        return {name: getattr(self, name) for name in names if getattr(self, name)}
