"""The description of the API and the API agree, on inputs that nobody thought of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case

if TYPE_CHECKING:
    from tests.conftest import RunningService

schema = schemathesis.pytest.from_fixture("api_schema")
