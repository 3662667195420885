"""The service of the demonstration: whoever opens it on this machine is signed in.

`ecritures serve` has no way to do so: only `ecritures demo` starts this module.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ecritures.cli.commands.serve import bind, serve_on
from ecritures.cli.support.connect import open_settings
from ecritures.cli.support.sample_firm import DEMONSTRATION
from ecritures.cli.support.signals import interrupt_on_signals

if TYPE_CHECKING:
    from ecritures.database import Database
    from ecritures.directory.sign_in import SignedIn

VISITOR = "demo@ecritures.example"


def visitor_of(database: Database) -> SignedIn:
    """Return the administrator of the demonstration, created when first needed."""
    from ecritures.app.actions.people import NewPerson, find_or_add_person
    from ecritures.core.rights import Role
    from ecritures.directory.domains import get_domain
    from ecritures.directory.sign_in import SignedIn

    domain = get_domain(database, DEMONSTRATION.code)
    visitor = NewPerson(VISITOR, Role.ADMINISTRATOR, "Démonstration")
    return SignedIn(domain.id, user_id=find_or_add_person(database, domain.id, visitor))


def main() -> None:
    """Serve the demonstration on a port until a signal to stop arrives."""
    settings = open_settings(port=int(sys.argv[1]))
    stopped = interrupt_on_signals()
    with bind(settings.host, settings.port) as listener:
        try:
            serve_on(settings, listener, stopped, lambda: None, visitor_of)
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
