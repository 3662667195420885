"""Values in sentences, as an accountant writes them."""

from __future__ import annotations

import re
import string

import pytest

from ecritures.core.anomalies import Anomaly
from ecritures.rules.catalogue import RULES, describe
from ecritures.rules.wording import FORMS, Shown


@pytest.mark.parametrize(
    ("how", "text", "fr", "en"),
    [
        ("", "20240115", "20240115", "20240115"),
        ("date", "20240115", "15/01/2024", "15/01/2024"),
        ("date", "2024-01-15", "15/01/2024", "15/01/2024"),
        ("date", "hier", "hier", "hier"),
        ("amount", "12,00", "12,00\u00a0€", "12.00\u00a0€"),
        ("amount", "1234,00", "1\u202f234,00\u00a0€", "1,234.00\u00a0€"),
        (
            "either",
            "1,250",
            "1,25\u00a0€ ou 1\u202f250,00\u00a0€",
            "1.25\u00a0€ or 1,250.00\u00a0€",
        ),
        (
            "either",
            "-12.505",
            "12,505\u00a0€ ou 12\u202f505,00\u00a0€",
            "12.505\u00a0€ or 12,505.00\u00a0€",
        ),
        ("missing", "12,00", "12,00\u00a0€ au crédit", "12.00\u00a0€ on the credit side"),
        ("missing", "-12,00", "12,00\u00a0€ au débit", "12.00\u00a0€ on the debit side"),
        ("month", "2024-02", "février 2024", "February 2024"),
        ("month", "2024-13", "2024-13", "2024-13"),
        ("separator", "TAB", "des tabulations", "tabs"),
        ("separator", "|", "des « | »", "“|”"),
        ("journal", "VE", "Journal VE", "Journal VE"),
        ("journal", "", "Lignes sans journal", "Lines without a journal"),
        ("entry", "VE/1", "VE/1", "VE/1"),
        ("entry", "", "sans journal ni numéro", "without a journal or a number"),
        ("size", "1", "1\u00a0octet", "1\u00a0byte"),
        ("size", "1000", "1\u202f000\u00a0octets", "1\u202f000\u00a0bytes"),
        ("size", str(1 << 20), "1\u00a0Mo", "1\u00a0MB"),
        ("size", str(64 << 10), "64\u00a0Ko", "64\u00a0KB"),
        ("lines", "1", "1 ligne", "1 line"),
        ("lines", "12", "12 lignes", "12 lines"),
        ("champ|champs", "1", "1 champ", "1 champ"),
        ("champ|champs", "0", "0 champ", "0 champs"),
        ("champ|champs", "2", "2 champs", "2 champs"),
        ("gap", "4", "4 manque", "4 is missing"),
        (
            *("gap", "6134..7275"),
            "6134 à 7275 manquent (1\u202f142 numéros)",
            "6134 to 7275 are missing (1\u202f142 numbers)",
        ),
        ("no_date", "20240231", "le 31/02/2024 n'existe pas", "31/02/2024 does not exist"),
        ("no_date", "31/02/2024", "le 31/02/2024 n'existe pas", "31/02/2024 does not exist"),
        ("no_date", "2024-02-31", "le 31/02/2024 n'existe pas", "31/02/2024 does not exist"),
        ("no_date", "31022024", "le 31/02/2024 n'existe pas", "31/02/2024 does not exist"),
        (
            *("no_date", "10/02/2025"),
            "la date « 10/02/2025 » est écrite autrement",
            "the date “10/02/2025” is written in another way",
        ),
        *(
            (
                *("no_fec_date", text),
                f"la date « {text} » n'est pas écrite AAAAMMJJ",
                f"the date “{text}” is not written YYYYMMDD",
            )
            for text in ("10/02/2025", "2025-02-10", "10022025", "10.2.25", "2025-02-10 00:00:00")
        ),
        (
            *("no_xml_date", "20250210"),
            "la date « 20250210 » n'est pas écrite AAAA-MM-JJ",
            "the date “20250210” is not written YYYY-MM-DD",
        ),
        (
            *("xml_fault", "XML or text declaration not at start of entity (2:1)"),
            "la déclaration <?xml …?> n'est pas au tout début du fichier (2:1)",
            "the declaration <?xml …?> is not at the very beginning of the file (2:1)",
        ),
        ("xml_fault", "out of memory (3:2)", "erreur de syntaxe (3:2)", "syntax error (3:2)"),
        (
            *("xml_fault", "unknown encoding: UTF-9"),
            *("encodage inconnu : UTF-9", "unknown encoding: UTF-9"),
        ),
        (
            *("xml_fault", "multi-byte encodings are not supported"),
            *("cet encodage n'est pas admis", "this encoding is not accepted"),
        ),
        ("no_date", "20241301", "« 20241301 » n'est pas une date", "“20241301” is not a date"),
        ("no_date", "", "un champ vide n'est pas une date", "an empty field is not a date"),
    ],
)
def test_a_value_is_written_as_the_sentence_asks(how, text, fr, en):
    assert format(Shown(text, "fr"), how) == fr
    assert format(Shown(text, "en"), how) == en


@pytest.mark.parametrize("code", RULES)
def test_every_sentence_of_the_catalogue_can_be_made(code):
    rule = RULES[code]
    texts = (rule.fr, rule.en, rule.remedy_fr, rule.remedy_en)
    asked = [how for text in texts for _, _, how, _ in string.Formatter().parse(text) if how]

    assert {how for how in asked if "|" not in how} <= set(FORMS)
    for language in ("fr", "en"):
        assert describe(Anomaly(code, 1, "Debit", "x", "y", "VE/1"), language)


NO_NOUNS = {
    *("dans", "des", "fois", "laissées", "mois", "sans"),
    *("comes", "contains", "does", "extends", "has", "is", "occurs"),
}


@pytest.mark.parametrize("code", RULES)
def test_a_count_of_one_has_its_noun_in_the_singular(code):
    rule = RULES[code]
    for language, said in (("fr", (rule.fr, rule.instead_fr)), ("en", (rule.en, rule.instead_en))):
        for sentence in said:
            if ":count}" in sentence:  # of a habit: several
                continue
            one = {name: Shown("1", language) for name in ("value", "expected", "column", "entry")}
            plurals = set(re.findall(r"(?<!\w)1 (\w+s)\b", sentence.format_map(one)))
            assert plurals <= NO_NOUNS


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("JSON-SIR-01", ("Le numéro SIRET est invalide : il doit comporter 14 chiffres et respecter"
         " l'algorithme de Luhn sur l'écriture numéro 1200")),
        ("JSON-SIR-02", ("Les SIRET des écritures doivent appartenir à la même entreprise"
         " (SIREN identique)")),
        ("JSON-SIR-03", ("L'établissement correspondant au SIRET 07955542100027 n'est pas reconnu"
         " pour le dossier 1200")),
    ],
)  # fmt: skip
def test_a_siret_of_a_large_request_is_refused_in_the_vendor_s_words(code, said):
    anomaly = Anomaly(code, 1200, "SIRET", "07955542100027", "1200")
    assert describe(anomaly)[0] == said


def test_a_header_is_not_called_the_first_line_where_blank_lines_come_before_it():
    fr, en = (describe(Anomaly("TRA-ENT-01", 3, value="x"), one)[0] for one in ("fr", "en"))
    assert fr == "Le fichier devrait commencer par l'en-tête d'un TRA, et non par « x »"
    assert en == "The file should start with a TRA header, not with “x”"
