"""Every route says which right its caller needs."""

from __future__ import annotations

import pytest
from fastapi.routing import iter_route_contexts

from ecritures.api.app import create_app
from ecritures.api.http.app_state import LOOP_PREFIX, WithRight
from ecritures.core.rights import Right

UNCHECKED_HERE = {"/importFEC", "/importPerso", "/importTRA"}
"""Their callers are checked in `api.loop.submit_together`, several at once."""


@pytest.fixture
def rights(settings, database):
    """The right that each route asks for, by its verb and path."""
    app = create_app(settings, database, lambda: None)
    found = {}
    for route in iter_route_contexts(app.routes):
        if (route.path or "").startswith(("/v1/", LOOP_PREFIX)):
            calls = [one.call for one in route.dependant.dependencies]
            asked = [one.right for one in calls if isinstance(one, WithRight)]
            found |= {(verb, route.path): asked for verb in route.methods}
    return found


def test_every_route_needs_one_right(rights):
    unchecked = {LOOP_PREFIX + name for name in UNCHECKED_HERE}
    careless = [one for one, asked in rights.items() if len(asked) != 1 and one[1] not in unchecked]
    assert len(rights) > 20
    assert careless == []


def test_what_only_reads_needs_the_right_to_read_and_nothing_else_does(rights):
    of_v1 = {one: asked for one, asked in rights.items() if one[1].startswith("/v1/")}
    # Deliveries show what happens in all dossiers; keys and people are of the whole firm.
    administered = ("/v1/webhooks", "/v1/keys", "/v1/users")
    for (verb, path), asked in of_v1.items():
        if not path.startswith(administered):
            assert (asked == [Right.READ]) == (verb == "GET"), (verb, path)
