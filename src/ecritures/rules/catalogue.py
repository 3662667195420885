"""The catalogue: every anomaly the product can find, with its sentences and its source.

The rules themselves are in `catalogue.toml`, one table each, so that an accountant can read
and correct them. A breach of the law, or books that do not balance, is an error; only what keeps
the books from being posted faithfully blocks. The two are independent.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from typing import TYPE_CHECKING

from ecritures.core.anomalies import example_of, times_of
from ecritures.core.sentences import pick
from ecritures.rules.wording import Shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ecritures.core.anomalies import Anomaly
    from ecritures.core.sentences import Language


class Severity(StrEnum):
    """How bad it is, by the law."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of anomaly.

    Attributes:
        code: Stable, `FEC-…`.
        severity: An error is a breach of the norm, or books that do not balance.
        blocks: Whether the books cannot be posted faithfully with it.
        structural: Whether that block can never be lifted.
        title_fr: What the rule finds, in a few words, in French; holds no value.
        title_en: The same in English.
        fr: What is wrong, in French; may hold {value}, {expected}, {column} and {entry}, written
            as `wording` says.
        en: The same in English.
        remedy_fr: What to do about it, in French.
        remedy_en: The same in English.
        general_remedy_fr: The remedy without a value, in French; "" where `remedy_fr` has no value.
        general_remedy_en: The same in English.
        instead_fr: The sentence when the anomaly has an `expected`; "": the same as without.
        instead_en: The same in English.
        instead_remedy_fr: The remedy that goes with it.
        instead_remedy_en: The same in English.
        repairs: The repairs of `check --fix` that may be what it wants.
        source: Article, doctrine or rule it comes from.
        official: Key of the official tool's equivalent, "" where it has none.
    """

    code: str
    severity: Severity
    title_fr: str
    title_en: str
    fr: str
    en: str
    remedy_fr: str
    remedy_en: str
    source: str
    blocks: bool = False
    structural: bool = False
    official: str = ""
    general_remedy_fr: str = ""
    general_remedy_en: str = ""
    instead_fr: str = ""
    instead_en: str = ""
    instead_remedy_fr: str = ""
    instead_remedy_en: str = ""
    repairs: tuple[str, ...] = ()


def _load() -> dict[str, Rule]:
    text = files("ecritures.rules").joinpath("catalogue.toml").read_text(encoding="utf-8")
    return {
        code: Rule(
            code=code,
            severity=Severity(fields.pop("severity")),
            repairs=tuple(fields.pop("repairs", ())),
            **fields,
        )
        for code, fields in tomllib.loads(text).items()
    }


RULES: dict[str, Rule] = _load()


_UNFOLLOWED = re.compile(r"\s*:\s*$")
"""A colon that announces a value which an anomaly does not have."""


def describe(anomaly: Anomaly, language: Language = "fr") -> tuple[str, str]:
    """Return the sentence that says an anomaly, and the one that says what to do."""
    rule = RULES[anomaly.code]
    values = {
        name: Shown(text or "", language)
        for name, text in (
            ("value", anomaly.value),
            ("expected", anomaly.expected),
            ("column", anomaly.column),
            ("entry", anomaly.entry),
        )
    }
    if anomaly.expected and rule.instead_fr:
        fr, en = (
            (rule.instead_fr, rule.instead_remedy_fr),
            (rule.instead_en, rule.instead_remedy_en),
        )
    else:
        fr, en = (rule.fr, rule.remedy_fr), (rule.en, rule.remedy_en)
    sentence, remedy = fr if language == "fr" else en
    of_all = ""
    if (times := times_of(anomaly.value)) and ":count}" not in sentence:
        values["value"] = Shown(example_of(anomaly.value), language)
        of_all = pick(language, f" ({times} fois dans le fichier)", f" ({times} times in the file)")
    said, advice = (text.format_map(values) for text in (sentence, remedy))
    said += of_all
    return (said if anomaly.value else _UNFOLLOWED.sub("", said)), advice


def is_conforming(codes: Iterable[str]) -> bool:
    """Return whether a file with these anomalies conforms to the law."""
    return all(RULES[code].severity is not Severity.ERROR for code in codes)


def noteworthy(counts: Mapping[str, int]) -> dict[str, int]:
    """Return the counts of what somebody should look at: all but mere information."""
    return {
        code: count
        for code, count in counts.items()
        if RULES[code].severity is not Severity.INFORMATION or RULES[code].blocks
    }
