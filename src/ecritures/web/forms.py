"""What the forms of the pages share: their identity, and the values of their fields."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, TypeVar

from ecritures.api.http.idempotency import identify
from ecritures.app.actions.closing import DossierRequest
from ecritures.core.errors import NotFoundError, RefusedRequestError
from ecritures.core.sentences import Sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from ecritures.api.http.app_state import AppState
    from ecritures.app.idempotency import IdempotentRequest
    from ecritures.directory.sessions import Session

T = TypeVar("T")
FORM_KEY = "form_key"
NAME_CHARACTERS_MAX = 200
_NOT_CONTENT = {FORM_KEY, "csrf_token"}


def once(
    state: AppState, session: Session, address: str, form: Mapping[str, str]
) -> IdempotentRequest | None:
    """Identify a form, so that sending it twice takes effect once."""
    content = sorted(f"{name}={value}" for name, value in form.items() if name not in _NOT_CONTENT)
    return identify(state.settings, session.caller, form.get(FORM_KEY), address, *content)


def on_dossier(
    state: AppState, session: Session, code: str, address: str, form: Mapping[str, str]
) -> DossierRequest:
    """Return what every change of the ledger of a dossier takes."""
    reason = form.get("reason", "").strip() or None
    key = once(state, session, address, form)
    return DossierRequest(state.database, session.caller, code, reason, key)


def one_line(form: Mapping[str, str], name: str) -> str:
    """Return a short text of a form, such as a name; empty: it has none.

    Raises:
        RefusedRequestError: It is long, or has characters that are not shown.
    """
    text = form.get(name, "").strip()
    if len(text) > NAME_CHARACTERS_MAX or not text.isprintable():
        raise RefusedRequestError(
            "name-invalid",
            f"Un nom tient sur une ligne, en {NAME_CHARACTERS_MAX} caractères au plus.",
            f"A name is one line of at most {NAME_CHARACTERS_MAX} characters.",
        )
    return text


def chosen(form: Mapping[str, str], name: str, choices: Collection[str]) -> str:
    """Return what was chosen in a form.

    Raises:
        RefusedRequestError: The field is missing, or its value is not one of the choices.
    """
    value = form.get(name, "")
    if value not in choices:
        raise RefusedRequestError(
            "choice-invalid",
            "Choisissez l'une des possibilités proposées.",
            "Choose one of the possibilities offered.",
        )
    return value


def digits_in(form: Mapping[str, str], name: str) -> str:
    """Return a SIREN or a SIRET of a form, without the spaces between its groups."""
    return "".join(form.get(name, "").split())


class FormErrors(dict[str, Sentence]):
    """What is wrong with a form, by the field: all of it is reported at once."""

    def check(self, field: str, read: Callable[[], T], otherwise: T) -> T:
        """Return what a field holds; remember why it is refused, and return something else."""
        try:
            return read()
        except (RefusedRequestError, NotFoundError) as error:
            self.setdefault(field, error.sentence)
            return otherwise


def day_in(form: Mapping[str, str], name: str) -> date:
    """Return a day that a form must hold.

    Raises:
        RefusedRequestError: It does not, or it is no day.
    """
    try:
        return date.fromisoformat(form.get(name, "").strip())
    except ValueError:
        raise RefusedRequestError(
            "day-invalid",
            "Donnez une date qui existe.",
            "Give a date that exists.",
        ) from None
