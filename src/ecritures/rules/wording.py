"""Writes the values of anomalies in sentences, as an accountant would.

Values are kept as the file has them. A sentence of the catalogue says how one is shown, after a
colon: `{value:date}` is 15/01/2026, `{value:amount}` is 1 234,56 €, `{value:champ|champs}` is
12 champs.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Self
from xml.parsers import expat

from ecritures.core.amounts import count_text
from ecritures.core.anomalies import example_of, times_of
from ecritures.core.sentences import pick
from ecritures.core.spreadsheets import day_of
from ecritures.core.xml_faults import CONTROL, NOT_UTF8

if TYPE_CHECKING:
    from collections.abc import Callable

    from ecritures.core.sentences import Language

NO_BREAK_SPACE = "\u00a0"
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")
_DAY_FORMS = (
    re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})"),
    re.compile(r"(?P<d>\d{2})(?P<m>\d{2})(?P<y>(?:19|20)\d{2})"),
    re.compile(r"(?P<y>\d{4})[-/. ](?P<m>\d{1,2})[-/. ](?P<d>\d{1,2})(?:[T ].*)?"),
    re.compile(r"(?P<d>\d{1,2})[-/. ](?P<m>\d{1,2})[-/. ](?P<y>\d{4}|\d{2})(?: .*)?"),
)
"""The usual ways to write a day, with or without a time; days come before months."""
_AMOUNT = re.compile(r"(\d+),(\d\d)")
_OPEN_AMOUNT = re.compile(r"(\d+)[.,](\d{3})")
DAYS_MAX = 31
KIBI = 1024
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_MONTHS_FR = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
_MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class Shown(str):
    """A value of an anomaly, to be put into a sentence.

    Attributes:
        language: That of the sentence.
    """

    __slots__ = ("language",)
    language: Language

    def __new__(cls, text: str, language: Language) -> Self:
        """Make one."""
        shown = super().__new__(cls, text)
        shown.language = language
        return shown

    def __format__(self, how: str) -> str:
        """Write the value in the way that the sentence asks for; as it is where it is not one."""
        if "|" in how:
            return with_noun(str(self), how, self.language)
        return FORMS[how](str(self), self.language) if how else str(self)


def date_text(text: str, language: Language) -> str:
    """Write a day, or that of an example, as 15/01/2026; any other text as it is."""
    found = _DAY.fullmatch(example_text(text, language))  # the same in both: French books
    return "/".join(reversed(found.groups())) if found else text


def amount_text(text: str, language: Language) -> str:
    """Write an amount with its unit; in English with a decimal point."""
    if found := _AMOUNT.fullmatch(text):
        units, mark = int(found[1]), pick(language, ",", ".")
        text = f"{pick(language, count_text(units), f'{units:,}')}{mark}{found[2]}"
    return f"{text}{NO_BREAK_SPACE}€"


def balance_text(text: str, language: Language) -> str:
    """Write the balance of an account, as `411000 : -1250,00`."""
    account, mark, cents = text.rpartition(" : ")
    sign = "-" if cents.startswith("-") else ""
    amount = amount_text(cents.removeprefix("-"), language)
    return f"{account}{mark and pick(language, ' : ', ': ')}{sign}{amount}"


def either_text(text: str, language: Language) -> str:
    """Write the two amounts that `1,250` may be: with decimals, or with thousands."""
    found = _OPEN_AMOUNT.search(text)
    if not found:
        return text
    units, rest = found.groups()
    small = f"{units}{pick(language, ',', '.')}{rest.removesuffix('0')}{NO_BREAK_SPACE}€"
    return pick(language, " ou ", " or ").join((small, amount_text(f"{units}{rest},00", language)))


def missing_text(text: str, language: Language) -> str:
    """Say what is missing, and on which side, of debit less credit."""
    side = pick(language, "au débit", "on the debit side")
    if not text.startswith("-"):
        side = pick(language, "au crédit", "on the credit side")
    return f"{amount_text(text.removeprefix('-'), language)} {side}"


def month_text(text: str, language: Language) -> str:
    """Write `2024-01` as « janvier 2024 »."""
    found = _MONTH.fullmatch(text)
    if not found or not 1 <= int(found[2]) <= len(_MONTHS_FR):
        return text
    names = _MONTHS_FR if language == "fr" else _MONTHS_EN
    return f"{names[int(found[2]) - 1]} {found[1]}"


def journal_text(text: str, language: Language) -> str:
    """Name a journal; lines may have none."""
    if not text.strip():
        return pick(language, "Lignes sans journal", "Lines without a journal")
    return f"Journal {text}"


def entry_text(text: str, language: Language) -> str:
    """Name an entry; it may have neither a journal nor a number."""
    return text or pick(language, "sans journal ni numéro", "without a journal or a number")


def size_text(text: str, language: Language) -> str:
    """Write a number of bytes as people do: 1 Mo, 500 octets."""
    if not text.isdecimal():
        return text
    units = (("octet", "byte"), ("Ko", "KB"), ("Mo", "MB"))
    count, rank = int(text), 0
    while count >= KIBI and rank < len(units) - 1:
        count, rank = round(count / KIBI), rank + 1
    many = "s" if not rank and count > 1 else ""
    return f"{count_text(count)}{NO_BREAK_SPACE}{pick(language, *units[rank])}{many}"


def separator_text(text: str, language: Language) -> str:
    """Name the separator of a file."""
    if text == "TAB":
        return pick(language, "des tabulations", "tabs")
    return pick(language, f"des « {text} »", f"“{text}”")


def gap_text(text: str, language: Language) -> str:
    """Say which numbers are missing: `6134`, or `6134..7275`."""
    first, _, last = text.partition("..")
    if not (first.isdecimal() and last.isdecimal()):
        return pick(language, f"{text} manque", f"{text} is missing")
    count = count_text(int(last) - int(first) + 1)
    return pick(
        language,
        f"{first} à {last} manquent ({count} numéros)",
        f"{first} to {last} are missing ({count} numbers)",
    )


def lines_text(text: str, language: Language) -> str:
    """Write how many lines there are."""
    return with_noun(text, pick(language, "ligne|lignes", "line|lines"), language)


def with_noun(text: str, nouns: str, language: Language) -> str:
    """Write a count with its noun, of `champ|champs`."""
    one, _, many = nouns.partition("|")
    return f"{text} {one if text == '1' or (text == '0' and language == 'fr') else many}"


def counted_text(text: str, language: Language) -> str:
    """Say how many findings an anomaly counts for."""
    del language
    return times_of(text) or text


def example_text(text: str, language: Language) -> str:
    """Give what was found first; the text itself where it is one."""
    del language
    return example_of(text)


def quoted_text(text: str, language: Language) -> str:
    """Quote an example; say so where it is nothing."""
    example = example_text(text, language)
    if not example.strip():
        return pick(language, "un champ vide", "an empty field")
    return pick(language, f"« {example} »", f"“{example}”")


def no_date_text(text: str, language: Language, form: str = "") -> str:
    """Say that a text is no date, that it is one in another form, or that there is no such day.

    Args:
        text: What the file has.
        language: That of the sentence.
        form: How the date should be written, where the sentence does not say it elsewhere.
    """
    said = quoted_text(text, language)
    if not (parts := _day_parts(text)):
        return pick(language, f"{said} n'est pas une date", f"{said} is not a date")
    year, month, day = parts
    try:
        date(int(year) if len(year) > len("25") else 2000 + int(year), int(month), int(day))
    except ValueError:
        shown = f"{day}/{month}/{year}"
        return pick(language, f"le {shown} n'existe pas", f"{shown} does not exist")
    if not form:
        other = pick(language, "est écrite autrement", "is written in another way")
        return pick(language, f"la date {said} {other}", f"the date {said} {other}")
    form_en = form.replace("AAAA", "YYYY").replace("JJ", "DD")
    return pick(
        language,
        f"la date {said} n'est pas écrite {form}",
        f"the date {said} is not written {form_en}",
    )


def no_fec_date_text(text: str, language: Language) -> str:
    """The same of a FEC."""
    return no_date_text(text, language, "AAAAMMJJ")


def no_xml_date_text(text: str, language: Language) -> str:
    """The same of an XML file."""
    return no_date_text(text, language, "AAAA-MM-JJ")


def _day_parts(text: str) -> tuple[str, str, str] | None:
    """Return year, month and day of a text in a usual notation, whether or not the day exists."""
    for form in _DAY_FORMS:
        found = form.fullmatch(text.strip())
        if found and 1 <= int(found["m"]) <= len(_MONTHS_FR) and 1 <= int(found["d"]) <= DAYS_MAX:
            return found["y"], found["m"], found["d"]
    return None


def serial_text(text: str, language: Language) -> str:
    """Write the day that a spreadsheet's day number stands for."""
    day = day_of(example_text(text, language))
    return f"{day:%d/%m/%Y}" if day else text


_XML_FAULTS: dict[str, tuple[str, str]] = {
    expat.errors.XML_ERROR_INVALID_TOKEN: (
        "caractère inattendu, tel un & ou un < qui n'est pas écrit &amp; ou &lt;",
        "unexpected character, such as & or < that is not written &amp; or &lt;",
    ),
    expat.errors.XML_ERROR_NO_ELEMENTS: ("le fichier est coupé", "the file is cut short"),
    expat.errors.XML_ERROR_UNCLOSED_TOKEN: (
        "une balise n'est pas terminée, ou le fichier est coupé",
        "a tag does not end, or the file is cut short",
    ),
    expat.errors.XML_ERROR_TAG_MISMATCH: (
        "une balise fermante n'est pas celle de l'élément ouvert",
        "a closing tag is not that of the open element",
    ),
    expat.errors.XML_ERROR_DUPLICATE_ATTRIBUTE: (
        "un attribut est donné deux fois",
        "an attribute is given twice",
    ),
    expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT: (
        "du texte suit la fin du document",
        "text follows the end of the document",
    ),
    expat.errors.XML_ERROR_UNDEFINED_ENTITY: (
        "une entité (&…;) n'est pas définie",
        "an entity (&…;) is not defined",
    ),
    expat.errors.XML_ERROR_MISPLACED_XML_PI: (
        "la déclaration <?xml …?> n'est pas au tout début du fichier",
        "the declaration <?xml …?> is not at the very beginning of the file",
    ),
    expat.errors.XML_ERROR_UNKNOWN_ENCODING: (
        "l'encodage déclaré est inconnu",
        "the encoding that it declares is unknown",
    ),
    expat.errors.XML_ERROR_INCORRECT_ENCODING: (
        "l'encodage déclaré n'est pas celui du fichier",
        "the encoding that it declares is not that of the file",
    ),
    expat.errors.XML_ERROR_PARTIAL_CHAR: (
        "le fichier est coupé au milieu d'un caractère",
        "the file is cut inside a character",
    ),
    expat.errors.XML_ERROR_BAD_CHAR_REF: (
        "un caractère (&#…;) n'est pas admis",
        "a character (&#…;) is not allowed",
    ),
    expat.errors.XML_ERROR_UNBOUND_PREFIX: (
        "un préfixe de nom (xxx:) n'est pas déclaré",
        "a prefix of a name (xxx:) is not declared",
    ),
    expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION: (
        "une section CDATA n'est pas terminée",
        "a CDATA section does not end",
    ),
}
"""What expat says → how to say it."""
_ODD_BYTES = {
    CONTROL: ("caractère de contrôle", "control character"),
    NOT_UTF8: (
        "le fichier n'est pas dans l'encodage qu'il déclare, UTF-8 : octet",
        "the file is not in the encoding that it declares, UTF-8: byte",
    ),
}
_ANY_XML_FAULT = ("erreur de syntaxe", "syntax error")
_NO_CODEC = "unknown encoding: "
"""What Python says of an encoding that it does not have."""
_MULTI_BYTE = "multi-byte encodings are not supported"
"""What it says of those that expat cannot read."""


def xml_fault_text(text: str, language: Language) -> str:
    """Say what is wrong in an XML document."""
    if text.startswith(_NO_CODEC):
        name = text.removeprefix(_NO_CODEC)
        return pick(language, f"encodage inconnu : {name}", f"unknown encoding: {name}")
    if text == _MULTI_BYTE:
        return pick(language, "cet encodage n'est pas admis", "this encoding is not accepted")
    fault, bracket, place = text.rpartition(" (")
    for begin, words in _ODD_BYTES.items():
        if fault.startswith(begin):
            return f"{pick(language, *words)} {fault.removeprefix(begin)}{bracket}{place}"
    if fault not in expat.errors.codes:
        return text
    said = pick(language, *_XML_FAULTS.get(fault, _ANY_XML_FAULT))
    return f"{said}{bracket}{place}"


FORMS: dict[str, Callable[[str, Language], str]] = {
    "date": date_text,
    "amount": amount_text,
    "balance": balance_text,
    "either": either_text,
    "missing": missing_text,
    "month": month_text,
    "journal": journal_text,
    "entry": entry_text,
    "size": size_text,
    "separator": separator_text,
    "gap": gap_text,
    "lines": lines_text,
    "count": counted_text,
    "example": example_text,
    "quoted": quoted_text,
    "no_date": no_date_text,
    "no_fec_date": no_fec_date_text,
    "no_xml_date": no_xml_date_text,
    "serial": serial_text,
    "xml_fault": xml_fault_text,
}
