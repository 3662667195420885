"""The API does what its description says, on inputs that nobody thought of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from ecritures.api.app import create_app

if TYPE_CHECKING:
    from schemathesis import Case
    from schemathesis.schemas import APIOperation, BaseSchema

    from ecritures.config.settings import Settings
    from ecritures.database import Database

# A request of the right form may still name a dossier that does not exist: 422, rightly.
NOT_CHECKED = [positive_data_acceptance]

BOUNDED = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)


@pytest.fixture
def described(settings: Settings, database: Database) -> BaseSchema:
    app = create_app(settings, database, lambda: None)
    return schemathesis.openapi.from_asgi("/openapi.json", app)


def test_answers_are_those_described(described: BaseSchema, key: str):
    operations = [found.ok() for found in described.get_all_operations()]
    assert len(operations) == 81
    for operation in operations:
        _try(operation, key)


def _try(operation: APIOperation, key: str) -> None:
    @BOUNDED
    @given(operation.as_strategy())
    def attempt(case: Case) -> None:
        if "code" in case.path_parameters:
            case.path_parameters["code"] = "CEGID003"
        case.call_and_validate(headers={"x-apikey": key}, excluded_checks=NOT_CHECKED)

    attempt()
