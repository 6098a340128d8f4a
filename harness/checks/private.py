"""Which of the values that evidence is searched for identify a visitor, and what are they called?"""

from __future__ import annotations

from collections.abc import Iterable

# What may stand in evidence, and the persona's value it is a form of. Town, postal code and region identify nobody.
_VALUES = {
    "email": "email",
    "email user": "email",
    "phone": "phone",
    "phone digits": "phone",
    "phone national": "phone",
    "national digits": "phone",
    "national digits without zero": "phone",
    "first name": "first_name",
    "first name without blanks": "first_name",
    "last name": "last_name",
    "last name without blanks": "last_name",
    "street": "street",
    "street without blanks": "street",
}
# What may be a word like any other, if nothing else of the visitor stands beside it: "rose", "gold".
_WORD_LIKE = frozenset(
    name for name in _VALUES if name.split(" without")[0] in ("email user", "first name", "last name")
)
_WORDS = {"email": "email address", "phone": "phone number"}


def private_values(names: Iterable[str]) -> frozenset[str]:
    """The persona's values, of those named, that tell who somebody is."""
    return frozenset(_VALUES[name] for name in names if name in _VALUES)


def may_be_a_word(names: Iterable[str]) -> bool:
    """Is there one value alone of those that identify somebody, and one that others than he are called, too?"""
    private = {name for name in names if name in _VALUES}
    return private <= _WORD_LIKE and len(private_values(private)) == 1


def all_values() -> frozenset[str]:
    return frozenset(_VALUES.values())


def in_words(values: Iterable[str]) -> str:
    return ", ".join(_WORDS.get(value, value.replace("_", " ")) for value in sorted(values))
