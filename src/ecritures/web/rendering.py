"""Pages from templates, in the reader's language and theme."""

from __future__ import annotations

import uuid
from functools import cache, partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ecritures import __version__
from ecritures.api.http.app_state import state_of
from ecritures.core.rights import Right
from ecritures.directory.keys import names_of_keys
from ecritures.web.icons import icon
from ecritures.web.imports.anomaly_groups import severity_of
from ecritures.web.imports.replacing import scope_in_form, scope_name, scope_text
from ecritures.web.local_paths import page_of
from ecritures.web.static_files import static_files
from ecritures.web.words.history_words import (
    event_counts,
    event_differences,
    event_facts,
    firm_differences,
)
from ecritures.web.words.import_words import (
    asks_grouping,
    file_kind,
    grouping_name,
    is_confirmable,
    is_repairable,
    message_of,
    outcome_of,
    phase_name,
    refusal_of,
    seconds_taken,
    state_of_import,
    who_asked,
)
from ecritures.web.words.model_words import model_description, model_title
from ecritures.web.words.policy_words import POLICY_GROUPS, POLICY_WORDS
from ecritures.web.words.role_words import RIGHT_NAMES, ROLE_NAMES
from ecritures.web.words.writing import Writing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fastapi import Request

    from ecritures.app.views.dossiers import DossierView, FiscalYearView
    from ecritures.core.sentences import Language

LANGUAGE_COOKIE = "language"
THEME_COOKIE = "theme"
THEMES = ("auto", "light", "dark")
POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


_HIDDEN = Markup(
    '<input type="hidden" name="csrf_token" value="{}">'
    '<input type="hidden" name="form_key" value="{}">'
)


def language_of(request: Request) -> Language:
    """Return the language of a reader: chosen before, or the one the browser prefers."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in {"fr", "en"}:
        return "en" if chosen == "en" else "fr"
    preferred = request.headers.get("accept-language", "").lower()
    for part in preferred.split(","):
        name = part.partition(";")[0].strip()[:2]
        if name in {"fr", "en"}:
            return "en" if name == "en" else "fr"
    return "fr"


def writing_of(request: Request) -> Writing:
    """Return how values are written for a reader."""
    zone = state_of(request).settings.time_zone
    return _writing(language_of(request), zone)


def render(
    request: Request, template: str, http_status: int = 200, /, **values: object
) -> HTMLResponse:
    """Return a page.

    Args:
        request: Who reads it: its session, language and theme.
        template: The name of the template.
        http_status: The HTTP status.
        values: What the template shows, besides `request`, `session` and `theme`.
    """
    writing = writing_of(request)
    theme = request.cookies.get(THEME_COOKIE, "auto")
    found = environment(writing).get_template(template)
    session = getattr(request.state, "session", None)
    text = found.render(
        request=request,
        path=request.url.path,
        page_of=partial(page_of, request),
        session=session,
        who=partial(who_asked, writing=writing, names_of_keys=_names_of_keys(request)),
        may=lambda right: session is not None and Right(right) in session.caller.rights,
        theme=theme if theme in THEMES else "auto",
        **values,
    )
    headers = {"content-security-policy": POLICY, "referrer-policy": "same-origin"}
    return HTMLResponse(text, http_status, headers)


def _names_of_keys(request: Request) -> Callable[[], Mapping[str, str]]:
    """Return what gives the names of the firm's keys, looked up when a page shows one."""

    @cache
    def names() -> Mapping[str, str]:
        caller = request.state.session.caller
        return names_of_keys(request.state.ecritures.database, caller.domain_id)

    return names


@cache
def _writing(language: Language, zone: str) -> Writing:
    return Writing(language, ZoneInfo(zone))


@cache
def environment(writing: Writing) -> Environment:
    """Return the templates, with the functions that write values for a reader."""
    made = Environment(
        loader=PackageLoader("ecritures.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {
        "t": writing.text,
        "w": writing,
        "language": writing.language,
        "icon": icon,
        "static": static_files().address,
        "version": __version__,
        "hidden": _hidden,
        "event_counts": event_counts,
        "event_differences": event_differences,
        "event_facts": event_facts,
        "file_kind": file_kind,
        "firm_differences": firm_differences,
        "asks_grouping": asks_grouping,
        "grouping_name": grouping_name,
        "is_confirmable": is_confirmable,
        "is_repairable": is_repairable,
        "message_of": message_of,
        "open_years": partial(open_years, writing=writing),
        "phase_name": phase_name,
        "refusal_of": refusal_of,
        "policy_groups": POLICY_GROUPS,
        "policy_words": POLICY_WORDS,
        "right_names": RIGHT_NAMES,
        "role_names": ROLE_NAMES,
        "year_name": year_name,
        "scope_in_form": partial(scope_in_form, writing=writing),
        "scope_name": scope_name,
        "scope_text": scope_text,
        "seconds_taken": seconds_taken,
        "severity_of": severity_of,
        "state_of_import": state_of_import,
        "model_description": model_description,
        "model_title": model_title,
        "outcome_of": outcome_of,
    }
    made.filters |= {
        "amount": writing.amount,
        "balance": writing.balance,
        "count": writing.count,
        "day": writing.day,
        "moment": writing.moment,
        "recent": writing.recent,
        "seconds": writing.seconds,
        "siren": writing.siren,
        "size": writing.size,
        "time": writing.time,
    }
    return made


def open_years(dossier: DossierView, writing: Writing) -> str:
    """Return the open fiscal years of a dossier: `2025, 2026`, `07/2025 à 06/2026`."""
    return ", ".join(
        year_name(year, writing) for year in dossier["fiscalYears"] if not year["closed"]
    )


def year_name(year: FiscalYearView, writing: Writing) -> str:
    """Return what a fiscal year is called: the calendar year, or its first and last month."""
    start, end = year["start"], year["end"]
    if (start[4:], end[4:]) == ("-01-01", "-12-31") and start[:4] == end[:4]:
        return start[:4]
    months = (f"{day[5:7]}/{day[:4]}" for day in (start, end))
    return writing.text(" à ", " to ").join(months)


def _hidden(csrf_token: str) -> Markup:
    """Return the hidden fields of a form: it is this session's, and twice is once."""
    return _HIDDEN.format(csrf_token, uuid.uuid4())
