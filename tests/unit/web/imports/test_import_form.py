"""What the form of an import asks for."""

from __future__ import annotations

import pytest

from ecritures.core.errors import RefusedRequestError
from ecritures.web.imports.import_form import options_of


@pytest.mark.parametrize(
    "text",
    ["2024-01-15:2024-06-28", "15/01/2024 au 28/06/2024", "15/01/2024:28/06/2024",
     "2024-01-15 to 2024-06-28"],
)  # fmt: skip
def test_a_period_is_written_as_people_do(text):
    assert options_of({"mode": "replace", "replace": text})["replace"] == {
        "from": "2024-01-15",
        "to": "2024-06-28",
    }


def test_a_replacement_is_limited_to_journals():
    form = {"mode": "replace", "replace": "2024", "journals": "VE, AC;"}
    assert options_of(form)["replace"] == {"fiscalYear": "2024", "journals": ["VE", "AC"]}
    with pytest.raises(RefusedRequestError) as raised:
        options_of({"mode": "append", "journals": "VE"})
    assert raised.value.sentence.code == "replace-not-chosen"
    options_of({"mode": "append", "journals": "VE", "replaced-journals": "VE"})
