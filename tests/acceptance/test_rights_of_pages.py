"""Who only reads can change nothing: each form of the pages is refused when it is sent by hand."""

from __future__ import annotations

import re

from ecritures.core.rights import Role
from ecritures.web.app import create_app
from ecritures.web.guard import CSRF_HEADER, SignedInRoute
from helpers.pages import reader
from helpers.people import PASSWORD, add_person

ALLOWED = ("/account", "/preferences", "/sign-out")
"""One's own password, session, and way of reading."""


def test_who_only_reads_can_send_no_form(service, database, domain, dossier, settings):
    add_person(database, domain, "jean@x.example", Role.READER)
    app = create_app(settings, database, lambda: None)
    sent = {}
    with reader(service) as jean:
        jean.sign_in("jean@x.example", PASSWORD)
        headers = {CSRF_HEADER: jean.token("/account")}
        headers |= {"upload-length": "1", "upload-offset": "0"}
        for route in app.router.routes:
            if not isinstance(route, SignedInRoute) or route.path.startswith(ALLOWED):
                continue
            path = re.sub(r"{[^}]+}", "1", route.path.replace("{code}", dossier.code))
            for verb in sorted(route.methods - {"GET", "HEAD"}):
                answer = jean.client.request(verb, path, headers=headers)
                sent[verb, route.path] = answer.status_code
    assert len(sent) > 40
    assert {one: status for one, status in sent.items() if status != 403} == {}
