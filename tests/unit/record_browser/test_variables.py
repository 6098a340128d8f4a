"""What do `${...}` stand for, and what is said of one that stands for nothing?"""

from __future__ import annotations

import pytest

from harness.model.persona import Persona, PersonaSeed
from harness.record.variables import UnknownVariableError, filled, starting_variables

PERSONA = Persona(
    seed=PersonaSeed(token="t"), email="a@mail.example", phone="+491", phone_national="01", first_name="Ada",
    last_name="Berg", street="Weg 1", city="Ulm", region="", postal_code="89073", country="DE", external_id="x1",
    click_ids={"one": "A b", "two": "2"},
)  # fmt: skip


def test_persona_click_ids_and_the_scenarios_own_variables_are_there_from_the_start() -> None:
    variables = starting_variables(PERSONA, {"product": "teapot", "page": "/p/${product}"})
    text = "${persona.email} ${ persona.name } ${click_ids} ${click_id.two} ${page}"
    assert filled(text, variables) == "a@mail.example Ada Berg one=A+b&two=2 2 /p/teapot"


def test_lists_and_mappings_are_filled_and_other_values_kept() -> None:
    given = {"items": [{"id": "${sku}", "quantity": 2}], "on": True, "price": "$5"}
    assert filled(given, {"sku": "A1"}) == {"items": [{"id": "A1", "quantity": 2}], "on": True, "price": "$5"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("${order}", "${order} has no value at this step; did you mean ${order_id}?"),
        ("${click_id.three}", "this run has click_id.one, click_id.two"),
        ("${zzz}", "${zzz} has no value at this step"),
    ],
)
def test_a_variable_without_a_value_is_named(text: str, message: str) -> None:
    variables = {**starting_variables(PERSONA, {}), "order_id": "7"}
    with pytest.raises(UnknownVariableError) as failure:
        filled(text, variables)
    assert message in str(failure.value)
