"""The outcomes that can be forced, and how a request asks for one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote

from starlette.datastructures import Headers

from ecritures.core.errors import RefusedRequestError

if TYPE_CHECKING:
    from starlette.types import Scope

HEADER = "x-sandbox-outcome"
ONCE = "-once"


class Outcome(StrEnum):
    """What becomes of a request, or of the import that it asks for."""

    SLOW = "slow"  # the answer comes late, and the import runs for a while
    WAITING = "waiting"  # the import waits for its file
    FAILED = "failed"  # the import ends with status 4, and anomalies
    SIRET = "siret"  # the request is refused for its SIRET
    BUSY = "429"
    BROKEN = "500"
    CUT = "cut"  # the request is carried out, and the connection cut in place of the answer

    @property
    def meaning(self) -> str:
        """What happens, in a few French words."""
        return _MEANINGS[self]

    @property
    def may_be_once(self) -> bool:
        """Whether it may concern every other request only, so that a second try succeeds."""
        return self in {Outcome.SLOW, Outcome.BUSY, Outcome.BROKEN, Outcome.CUT}


_MEANINGS = {
    Outcome.SLOW: "réponse tardive, import qui dure",
    Outcome.WAITING: "import qui attend son fichier",
    Outcome.FAILED: "import terminé avec erreur (4)",
    Outcome.SIRET: "demande refusée pour son SIRET",
    Outcome.BUSY: "trop de requêtes (429)",
    Outcome.BROKEN: "erreur du service (500)",
    Outcome.CUT: "connexion coupée, demande exécutée",
}


@dataclass(frozen=True, slots=True)
class Forced:
    """An outcome that a request asks for; `once`: only every other time, the first one included."""

    outcome: Outcome
    once: bool = False

    @property
    def name(self) -> str:
        """What the header calls it."""
        return f"{self.outcome}{ONCE if self.once else ''}"

    @property
    def dossier(self) -> str:
        """The code of the dossier that asks for it."""
        return self.name.upper()


BY_NAME = {
    forced.name: forced
    for outcome in Outcome
    for forced in (Forced(outcome), Forced(outcome, once=True))
    if outcome.may_be_once or not forced.once
}
BY_DOSSIER = {forced.dossier: forced for forced in BY_NAME.values()}

_PARAMETERS = {"dossier", "codedossier", "codeibs"}
_IN_PATH = re.compile(r"/v1/dossiers/([^/]+)")
_IN_JSON = re.compile(rb'"(?:codeIbs|dossier)"\s*:\s*"([^"]*)"', re.IGNORECASE)
_IN_FORM = re.compile(rb'name="?dossier"?\r\n(?:[^\r\n]+\r\n)*\r\n([^\r\n]*)')


def forced_by(scope: Scope, beginning: bytes) -> Forced | None:
    """Return the outcome that a request asks for: by the header, else by the dossier it names.

    Args:
        scope: The request.
        beginning: Of its body.

    Raises:
        RefusedRequestError: The header names no outcome.
    """
    if name := Headers(scope=scope).get(HEADER):
        if (forced := BY_NAME.get(name.strip().lower())) is None:
            raise RefusedRequestError(
                "sandbox-outcome-unknown",
                f"L'en-tête {HEADER} doit être l'un de : {', '.join(BY_NAME)}.",
                f"Header {HEADER} must be one of: {', '.join(BY_NAME)}.",
            )
        return forced
    codes = dossier_codes(scope, beginning)
    return next((BY_DOSSIER[code] for code in codes if code in BY_DOSSIER), None)


def dossier_codes(scope: Scope, beginning: bytes) -> list[str]:
    """Return what a request calls its dossier: in its path, its parameters and its body."""
    codes = [unquote(code) for code in _IN_PATH.findall(scope["path"])]
    parameters = parse_qsl(scope["query_string"].decode("latin-1"))
    codes += [value for name, value in parameters if name.lower() in _PARAMETERS]
    found = _IN_JSON.findall(beginning) + _IN_FORM.findall(beginning)
    return codes + [code.decode("latin-1").strip() for code in found]
