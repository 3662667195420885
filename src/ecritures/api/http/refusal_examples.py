"""Examples of the refusals of every operation, of the codes that it may refuse with.

`docs/generate.py` collects the codes and their sentences from the source into `refusals.json`.
"""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from ecritures.api.http.problems import problem_body
from ecritures.api.loop.openapi import error_example
from ecritures.core.sentences import Sentence

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

_INSTANCE = "/v1/imports"
_FIELDS = [{"field": "body.dossier", "message": "Ce champ manque.", "messageEn": "Field required"}]
_FILLED_IN = re.compile(r"\{[^{}]*\}")
_SAMPLES = {
    "code": "CEGID009", "dossier": "CEGID003", "siret": "07955542100035", "name": "PAIE",
    "import_id": "4dfa8727-0413-4e80-9fe2-3bea94b22833", "SUBSCRIPTION_HEADER":
    "Ocp-Apim-Subscription-Key", "limit": "1048576", "account": "411000", "journal": "VE",
}  # fmt: skip
"""What stands for some of the names in sentences; … stands for the others."""
_REFUSED, _MISSING, _ENVELOPED = "422", "404", "400"


class RefusalExamples:
    """Makes the examples of a description, each once.

    Attributes:
        components: The examples, by the names that `refer` returns references to.
    """

    def __init__(self) -> None:
        text = files(__package__).joinpath("refusals.json").read_text("utf-8")
        held = json.loads(text)
        self._sentences: Mapping[str, Sequence[str]] = held["sentences"]
        self._operations: Mapping[str, Mapping[str, Sequence[str]]] = held["operations"]
        self.components: dict[str, Any] = {}

    def refer(
        self, operation: str, status: str, others: Collection[str], *, of_loop: bool
    ) -> dict[str, dict[str, str]]:
        """Return references to the examples of the answers of an operation with a status.

        Args:
            operation: Its name.
            status: The HTTP status.
            others: All that it answers with.
            of_loop: Whether it answers with the vendor's envelope, and with 400 where `/v1` has
                422, or 404 for what the request names.
        """
        by_status = self._operations.get(operation, {})
        codes = [*by_status.get(status, ())]
        if of_loop and status == _ENVELOPED:
            codes += by_status.get(_REFUSED, ())
            codes += by_status.get(_MISSING, ()) if _MISSING not in others else ()
        found = {}
        for code in codes:
            name = f"loop-{code}" if of_loop else f"{code}-{status}"
            if name not in self.components:
                self.components[name] = self._example(code, int(status), of_loop=of_loop)
            found[code] = {"$ref": f"#/components/examples/{name}"}
        return found

    def _example(self, code: str, status: int, *, of_loop: bool) -> dict[str, Any]:
        fr, en = (_FILLED_IN.sub(_sample, text) for text in self._sentences[code])
        if of_loop:
            return {"summary": code, "value": error_example(fr, code)}
        body: dict[str, Any] = {**problem_body(status, Sentence(code, fr, en), _INSTANCE)}
        if code == "request-invalid":
            body["errors"] = _FIELDS
        return {"summary": code, "value": body}


def _sample(found: re.Match[str]) -> str:
    return _SAMPLES.get(found[0][1:-1], "…")
