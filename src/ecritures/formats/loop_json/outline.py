"""What a request says besides its lines: the dossier, the options, the context."""

from __future__ import annotations

import json
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from ecritures.formats.loop_json.body import BodyFault, JsonBody, Member
from ecritures.formats.loop_json.dates import strict_day
from ecritures.formats.loop_json.decode import TWICE, Number, cleaned
from ecritures.formats.loop_json.fields import SPELLINGS
from ecritures.formats.loop_json.options import Options, read_options

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from ecritures.core.anomalies import Anomalies

DATA, CONTEXT, OPTIONS, ENTRIES = "data", "contexte", "options", "ecritures"
DOSSIER, SIRET = "codeIbs", "SIRET"
_OBJECT = "{…}"
UNKNOWN_MAX = 20
"""How many unknown members of an object are named."""


class Outline(NamedTuple):
    """What a request says besides its lines.

    Attributes:
        dossier: `codeIbs`; "" where there is none.
        siret: The establishment of lines that name none; "" where there is none.
        options: Its options.
        entries: Where its lines are; None, with an anomaly that blocks: they are not there.
    """

    dossier: str
    siret: str
    options: Options
    entries: Member | None


def read_outline(body: JsonBody, anomalies: Anomalies) -> Outline | None:
    """Read all but the lines; None, with an anomaly that blocks, where it cannot be read."""
    try:
        return _Reader(body, anomalies).read()
    except BodyFault as fault:
        record(fault, anomalies)
        return None


def record(fault: BodyFault, anomalies: Anomalies) -> None:
    """Record what cannot be read as an anomaly."""
    anomalies.add(
        fault.code,
        line=fault.line,
        column=fault.column,
        value=fault.value,
        expected=fault.expected,
    )


class _Reader:
    def __init__(self, body: JsonBody, anomalies: Anomalies) -> None:
        self._body, self._anomalies = body, anomalies

    def read(self) -> Outline:
        anomalies = self._anomalies
        whole = self._by_name(self._body.members(DATA))
        data = whole.get(DATA)
        parts: Mapping[str, Member] = {}
        if data is not None and data.members is not None:
            parts = self._by_name(data.members)
        elif data is not None and not self._body.is_empty(data):
            raise BodyFault("JSON-STR-02", DATA)
        self._report_unknown(whole, "", {DOSSIER, SIRET, DATA})
        self._report_unknown(parts, f"{DATA}.", {CONTEXT, OPTIONS, ENTRIES})
        given = self._object(parts.get(OPTIONS))
        context = self._object(parts.get(CONTEXT))
        self._report_unknown(context, f"{CONTEXT}.", {"from", "to", TWICE})
        if not any(context.get(name) for name in ("from", "to")):
            if given.get("multiPeriode") is False:
                anomalies.add("JSON-CTX-01", column=CONTEXT)
            context = {}
        entries = self._entries(parts.get(ENTRIES))
        period = self._period(context) if context else None
        options = read_options(given, period, anomalies)
        dossier, siret = (self._text(whole.get(name), name) for name in (DOSSIER, SIRET))
        return Outline(dossier, siret, options, entries)

    def _by_name(self, members: tuple[Member, ...]) -> Mapping[str, Member]:
        """Return members by the page's spelling of their names; each must be there once."""
        names = [SPELLINGS.get(one.name.lower(), one.name) for one in members]
        for name, times in Counter(names).items():
            if times > 1 and name in SPELLINGS.values():
                found = [one for one, it in zip(members, names, strict=True) if it == name]
                values = [self._body.value(one) for one in found] if name != DATA else found
                if name in (DATA, ENTRIES) or any(one != values[0] for one in values):
                    self._anomalies.add("JSON-STR-07", column=name)
        return dict(zip(names, members, strict=True))

    def _report_unknown(self, given: Iterable[str], path: str, known: set[str]) -> None:
        """Record the members that are not of the page: a misspelt one has no effect."""
        for name in islice((one for one in given if one not in known), UNKNOWN_MAX):
            self._anomalies.add("JSON-CHP-03", column=f"{path}{cleaned(name)}")

    def _object(self, member: Member | None) -> Mapping[str, object]:
        value = None if member is None else self._body.value(member)
        if value in (None, ""):
            return {}
        if not isinstance(value, dict):
            raise BodyFault("JSON-STR-02", member.name if member else "", expected=_OBJECT)
        if TWICE in value and member is not None and member.name.lower() == CONTEXT:
            self._anomalies.add("JSON-STR-07", column=f"{CONTEXT}.{value[TWICE]}")
        return value

    def _text(self, member: Member | None, name: str) -> str:
        value = None if member is None else self._body.value(member)
        if value is None:
            return ""
        if type(value) is str:
            return value.strip()
        shown = str(value) if isinstance(value, Number) else json.dumps(value, ensure_ascii=False)
        self._anomalies.add("JSON-CHP-01", column=name, value=shown, expected='"…"')
        return shown

    def _entries(self, member: Member | None) -> Member | None:
        if member is None or self._body.is_empty(member):
            self._anomalies.add("JSON-ECR-01", column=ENTRIES)
        elif not self._body.is_array(member):
            self._anomalies.add("JSON-ECR-02", column=ENTRIES)
        elif self._body.is_alone(member):
            self._anomalies.add("JSON-ECR-03", column=ENTRIES)
        else:
            return member
        return None

    def _period(self, context: Mapping[str, object]) -> tuple[date, date] | None:
        days = [strict_day(context.get(name)) for name in ("from", "to")]
        for name, day in zip(("from", "to"), days, strict=True):
            if day is None:
                value = context.get(name)
                shown = "" if value is None else str(value)
                self._anomalies.add("JSON-CTX-02", column=f"{CONTEXT}.{name}", value=shown)
        first, last = days
        return (first, last) if first is not None and last is not None else None
