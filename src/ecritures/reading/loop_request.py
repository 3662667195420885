"""Judges the body of importJson before it is accepted: what its answer can say at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from ecritures.core.anomalies import Anomalies, Anomaly
from ecritures.core.sentences import Sentence
from ecritures.core.siret import SIREN_DIGITS, is_siret
from ecritures.formats.loop_json.body import BodyFault, JsonBody
from ecritures.formats.loop_json.dates import are_strict
from ecritures.formats.loop_json.decode import TWICE, is_text
from ecritures.formats.loop_json.fields import CUT_OFFS, VOUCHER_DATE
from ecritures.formats.loop_json.line_texts import TextReader
from ecritures.formats.loop_json.outline import read_outline, record
from ecritures.formats.loop_json.reader import BATCH_BYTES_MAX
from ecritures.formats.loop_json.vouchers import check_vouchers
from ecritures.rules.catalogue import RULES, describe

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ecritures.formats.loop_json.outline import Outline

CODES = {
    "JSON-STR-01": "body-not-json",
    "JSON-STR-02": "body-not-object",
    "JSON-STR-06": "body-not-utf8",
    "JSON-STR-07": "field-twice",
    "JSON-CHP-01": "field-not-text",
    "JSON-CHP-06": "field-unreadable",
    "JSON-CTX-01": "context-missing",
    "JSON-CTX-02": "context-not-iso",
    "JSON-ECR-01": "entries-missing",
    "JSON-ECR-02": "entries-not-array",
    "JSON-ECR-03": "entries-too-few",
    "JSON-OPT-01": "option-invalid",
    "JSON-OPT-02": "option-refused",
    "JSON-DAT-03": "voucher-date-not-iso",
    "JSON-DAT-04": "cut-off-incomplete",
    "JSON-DAT-05": "cut-off-start-not-iso",
    "JSON-DAT-06": "cut-off-end-not-iso",
}
"""Rule → the code of the refusal that says it; others are `body-refused`."""
_IN_ORDER = ("JSON-STR", "JSON-CHP", "JSON-CTX-01", "JSON-ECR", "JSON-CTX-02", "JSON-OPT")
_OF_LINES = ("JSON-DAT-03", "JSON-DAT-04", "JSON-DAT-05", "JSON-DAT-06")
_IN_VENDORS_WORDS = ("JSON-DAT", "JSON-ECR", "JSON-CTX")
SIRETS_MAX = 1000
_LOOKED_AT = (VOUCHER_DATE, *CUT_OFFS, "SIRET")


@dataclass(frozen=True, slots=True)
class JudgedRequest:
    """What a request asks for, as far as it can be known without the dossier.

    Attributes:
        dossier: Its code; "" where there is none, None where the body cannot be read.
        siret: The establishment of lines that name none; "" where there is none.
        unbalanced: The policy that its options ask for, or None.
        sirets: The establishments of its lines, where they were judged.
        refusal: Why it is refused, in the vendor's words where it has any; None: it is not.
    """

    dossier: str | None = None
    siret: str = ""
    unbalanced: str | None = None
    sirets: tuple[str, ...] = ()
    refusal: Sentence | None = None


def judge_request(path: Path, lines_bytes_max: int, line_bytes_max: int) -> JudgedRequest:
    """Judge the body of a request.

    Args:
        path: The body, not empty.
        lines_bytes_max: Lines are judged too in a body of at most so many bytes.
        line_bytes_max: Longest line accepted.
    """
    anomalies = Anomalies()
    body = JsonBody(path, batch_bytes=BATCH_BYTES_MAX, line_bytes_max=line_bytes_max)
    outline = read_outline(body, anomalies)
    refusal = _refusal(anomalies, _IN_ORDER)
    if outline is None:
        return JudgedRequest(refusal=refusal)
    if refusal is not None:
        return JudgedRequest(outline.dossier, refusal=refusal)
    sirets: dict[str, int] = {}
    if path.stat().st_size <= lines_bytes_max:
        refusal, sirets = _judge_lines(body, outline)
    return JudgedRequest(
        outline.dossier, outline.siret, outline.options.unbalanced, tuple(sirets), refusal
    )


def _judge_lines(body: JsonBody, outline: Outline) -> tuple[Sentence | None, dict[str, int]]:
    """Return why some lines are refused, and the establishments: each with its first line."""
    anomalies, sirets = Anomalies(), dict[str, int]()
    texts = TextReader(anomalies)
    try:
        for batch in body.batches(outline.entries) if outline.entries else ():
            if _is_plain(batch.values):
                continue
            frame, _ = texts.read(batch.first, batch.values)
            check_vouchers(frame, anomalies)
            named = frame.unique("SIRET", keep="first", maintain_order=True)
            for line, siret in named.select("line", "SIRET").iter_rows():
                if siret and len(sirets) < SIRETS_MAX:
                    sirets.setdefault(siret, line)
    except BodyFault as fault:
        record(fault, anomalies)
    return _refusal(anomalies, ("JSON-STR",)) or _refusal(anomalies, _OF_LINES) or _sirets_refused(
        outline.siret, sirets
    ), sirets


def _is_plain(values: Sequence[Any]) -> bool:
    """Return whether nothing in some lines need be looked at more closely, as in most."""
    try:
        given = {name: {row.get(name) for row in values} - {None, ""} for name in _LOOKED_AT}
        twice = any(TWICE in row for row in values)
    except (AttributeError, TypeError):  # a line that is no object, a field that is no text
        return False
    dates = given.pop(VOUCHER_DATE)
    if twice or any(given.values()) or not all(isinstance(o, str) and is_text(o) for o in dates):
        return False
    return not dates or bool(are_strict(pl.Series(list(dates), dtype=pl.String)).all())


def _refusal(anomalies: Anomalies, codes: tuple[str, ...]) -> Sentence | None:
    """Say the first anomaly, in the order of some codes or beginnings of codes."""
    found = [Anomaly(*row) for row in anomalies.frame().iter_rows()]
    for code in codes:
        for one in found:
            if one.code.startswith(code) and RULES[one.code].blocks:
                fr, en = (describe(one, language)[0].strip() for language in ("fr", "en"))
                if one.line and not code.startswith(_IN_VENDORS_WORDS):
                    fr += f", sur l'écriture numéro {one.line}"
                    en += f", on line {one.line}"
                return Sentence(CODES.get(one.code, "body-refused"), fr, en)
    return None


def _sirets_refused(siret: str, sirets: dict[str, int]) -> Sentence | None:
    for one, line in sirets.items():
        if not is_siret(one):
            return Sentence(
                "siret-invalid",
                "Le numéro SIRET est invalide : il doit comporter 14 chiffres et respecter"
                f" l'algorithme de Luhn sur l'écriture numéro {line}",
                "The SIRET number is invalid: it must be 14 digits and satisfy Luhn's algorithm,"
                f" on line number {line}.",
            )
    company = siret or next(iter(sirets), "")
    if any(one[:SIREN_DIGITS] != company[:SIREN_DIGITS] for one in sirets):
        return Sentence(
            "siret-other-company",
            "Les SIRET des écritures doivent appartenir à la même entreprise (SIREN identique)",
            "The SIRETs of the entries must belong to the same company (same SIREN).",
        )
    return None
