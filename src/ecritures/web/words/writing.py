"""How amounts, dates, counts and sentences are written for a reader: in French, or in English."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from ecritures.core.sentences import Language, pick

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from ecritures.core.sentences import Sentence

THIN = "\u202f"
"""The narrow no-break space: between thousands, and before the high French punctuation."""
NO_BREAK = "\u00a0"
MINUS = "\u2212"
MINUTE, HOUR = 60, 3600
_KILO = 1000
_MONTHS_FR = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
_MONTHS_EN = tuple("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split())  # noqa: SIM905 - shorter
_BEFORE = re.compile(r"(?<=[^\s\u00a0\u202f«]) (?=[:»])")
_BEFORE_HIGH = re.compile(r"(?<=[^\s\u00a0\u202f]) (?=[;!?])")
_GUILLEMET = re.compile(r"« ")
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=\w|$)")
_QUOTED = re.compile(r"(«[^»]*»|“[^”]*”)")
_VOWEL = re.compile(r"[aeiouyàâäéèêëîïôöùûüœæ]", re.IGNORECASE)


@dataclass(frozen=True)
class Writing:
    """Writes values for one reader.

    Attributes:
        language: The reader's.
        zone: In which instants are shown.
    """

    language: Language
    zone: ZoneInfo

    @property
    def is_french(self) -> bool:
        """Whether the reader reads French."""
        return self.language == "fr"

    def text(self, fr: str, en: str, **values: object) -> str:
        """Return one of two texts, with values put in the place of `{name}`."""
        chosen = pick(self.language, fr, en)
        if values:
            chosen = chosen.format(**{name: self._value(one) for name, one in values.items()})
        return self.spaced(chosen)

    def said(self, sentence: Sentence) -> str:
        """Return a sentence in the reader's language."""
        return self.spaced(sentence.text(self.language))

    def spaced(self, text: str) -> str:
        """Return a text with curly apostrophes, but not in what it quotes.

        A French one has no-break spaces where typography wants them.
        """
        parts = _QUOTED.split(text)  # what is quoted stands at odd places
        text = "".join(
            part if place % 2 else _APOSTROPHE.sub("’", part) for place, part in enumerate(parts)
        )
        if not self.is_french:
            return text
        text = _BEFORE_HIGH.sub(THIN, text)
        return _GUILLEMET.sub(f"«{NO_BREAK}", _BEFORE.sub(NO_BREAK, text))

    def of(self, name: str) -> str:
        """Return a name after `de`: `d’Atelier`, `de Lumen`; in English `of Lumen`."""
        if not self.is_french:
            return f"of {name}"
        return f"d’{name}" if _VOWEL.match(name) else f"de {name}"

    def plural(self, count: int, one: tuple[str, str], many: tuple[str, str]) -> str:
        """Return a count and its noun, `(French, English)`: zero is singular in French."""
        is_one = count in {0, 1} if self.is_french else count == 1
        return f"{self.count(count)}{NO_BREAK}{pick(self.language, *(one if is_one else many))}"

    def either(self, names: Sequence[str]) -> str:
        """Return names in a row: `Anne, Paul ou Jean`."""
        *others, last = names or [""]
        if not others:
            return last
        return f"{', '.join(others)} {pick(self.language, 'ou', 'or')} {last}"

    def count(self, number: float) -> str:
        """Return a whole number: `1 234`."""
        return self._grouped(f"{abs(int(number)):,}", negative=number < 0)

    def amount(self, cents: int | None, *, zero: bool = False) -> str:
        """Return an amount: `1 234,56`; nothing for zero, unless it is wanted."""
        if cents is None or (cents == 0 and not zero):
            return ""
        whole, rest = divmod(abs(cents), 100)
        mark = "," if self.is_french else "."
        return self._grouped(f"{whole:,}", negative=cents < 0) + f"{mark}{rest:02d}"

    def percentage(self, text: str) -> str:
        """Return a percentage that is written with a point: `33,33 %`."""
        return f"{text.replace('.', ',')}\u00a0%" if self.is_french else f"{text}%"

    def balance(self, cents: int | None) -> str:
        """Return a balance, debit less credit: `1 234,56 D`, `12,00 C`; zero has no letter."""
        if cents is None:
            return ""
        if cents == 0:
            return self.amount(0, zero=True)
        side = ("D" if cents > 0 else "C") if self.is_french else ("Dr" if cents > 0 else "Cr")
        return f"{self.amount(abs(cents))}{NO_BREAK}{side}"

    def day(self, value: str | date | None) -> str:
        """Return a day: `15/01/2026`, `15 Jan 2026`; an instant: that day in the reader's zone."""
        found = self._date(value)
        if found is None:
            return ""
        if self.is_french:
            return f"{found:%d/%m/%Y}"
        return f"{found.day} {_MONTHS_EN[found.month - 1]} {found.year}"

    def long_day(self, value: date) -> str:
        """Return a day in words: `15 janvier 2026`."""
        if self.is_french:
            return f"{value.day}{NO_BREAK}{_MONTHS_FR[value.month - 1]} {value.year}"
        return self.day(value)

    def month(self, value: str | date) -> str:
        """Return a month: `janvier 2026`; it may be written `202601`."""
        if isinstance(value, str) and len(value) == len("202601"):
            value = date(int(value[:4]), int(value[4:]), 1)
        found = self._date(value)
        if found is None:
            return ""
        names = _MONTHS_FR if self.is_french else _MONTHS_EN
        return f"{names[found.month - 1]} {found.year}"

    def midnight(self, day: date) -> datetime:
        """Return when a day begins for the reader."""
        return datetime.combine(day, time.min, self.zone).astimezone(UTC)

    def time(self, value: str | datetime | None, *, seconds: bool = False) -> str:
        """Return the time of an instant: `10:46`."""
        found = self._instant(value)
        return "" if found is None else f"{found:%H:%M:%S}" if seconds else f"{found:%H:%M}"

    def moment(self, value: str | datetime | None) -> str:
        """Return a day and a time: `15/01/2026 à 10:46`."""
        found = self._instant(value)
        if found is None:
            return ""
        return f"{self.day(found.date())}{pick(self.language, ' à ', ', ')}{found:%H:%M}"

    def recent(self, value: str | datetime | None) -> str:
        """Return a time if the instant is of today, otherwise its day."""
        found = self._instant(value)
        if found is None:
            return ""
        today = datetime.now(self.zone).date()
        return self.time(found) if found.date() == today else self.day(found.date())

    def seconds(self, value: float | None) -> str:
        """Return a duration: `1,9 s`, `3 min 20 s`, `2 h 05`."""
        if value is None:
            return ""
        if value < MINUTE:
            text = f"{value:.1f}"
            return f"{text.replace('.', ',') if self.is_french else text}{NO_BREAK}s"
        whole = round(value)
        if whole < HOUR:
            return f"{whole // MINUTE}{NO_BREAK}min{NO_BREAK}{whole % MINUTE:02d}{NO_BREAK}s"
        return f"{whole // HOUR}{NO_BREAK}h{NO_BREAK}{whole % HOUR // MINUTE:02d}"

    def between(self, start: str | datetime, end: str | datetime) -> str:
        """Return how long it is from one instant to another."""
        found = self._instant(start), self._instant(end)
        if found[0] is None or found[1] is None:
            return ""
        return self.seconds((found[1] - found[0]).total_seconds())

    def size(self, count: int | None) -> str:
        """Return a number of bytes: `382 Ko`, `1,2 Mo`."""
        if count is None:
            return ""
        unit = pick(self.language, "o", "B")
        if count < _KILO:
            return f"{count}{NO_BREAK}{unit}"
        number, prefixes = count / _KILO, ["K" if self.is_french else "k", "M", "G"]
        while number >= _KILO and len(prefixes) > 1:
            number /= _KILO
            prefixes.pop(0)
        text = f"{number:.1f}" if number < 10 else f"{number:.0f}"  # noqa: PLR2004 - one digit more
        return f"{text.replace('.', ',') if self.is_french else text}{NO_BREAK}{prefixes[0]}{unit}"

    def siren(self, value: str | None) -> str:
        """Return a SIREN or a SIRET in groups of three: `079 508 214`."""
        if not value:
            return ""
        groups = [value[0:3], value[3:6], value[6:9], value[9:]]
        return THIN.join(group for group in groups if group)

    def _value(self, value: object) -> object:
        return self.count(value) if isinstance(value, int) else value

    def _grouped(self, text: str, *, negative: bool) -> str:
        grouped = text.replace(",", THIN) if self.is_french else text
        return f"{MINUS}{grouped}" if negative else grouped

    def _instant(self, value: str | datetime | None) -> datetime | None:
        if not value:
            return None
        found = datetime.fromisoformat(value) if isinstance(value, str) else value
        found = found if found.tzinfo else found.replace(tzinfo=UTC)
        return found.astimezone(self.zone)

    def _date(self, value: str | date | None) -> date | None:
        if not value:
            return None
        if isinstance(value, str):
            if "T" not in value:
                return date.fromisoformat(value)
            return datetime.fromisoformat(value).astimezone(self.zone).date()
        return value.astimezone(self.zone).date() if isinstance(value, datetime) else value
