"""What each policy of imports and each of its values is called, in French and in English."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ecritures.core.choices import NEVER_A_DEFAULT
from ecritures.core.errors import RefusedRequestError
from ecritures.core.policies import (
    DIFFERENCE_CENTS,
    DIFFERENCE_CENTS_MAX,
    POLICY_NAMES,
    read_policies,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecritures.core.policies import PolicyValue
    from ecritures.web.forms import FormErrors

_Words = tuple[str, str]

_REFUSE = ("Refuser", "Refuse")
_SKIP = ("Laisser de côté", "Leave out")
_ALLOW = ("Accepter", "Accept")


@dataclass(frozen=True, slots=True)
class PolicyWords:
    """A policy as people choose it: its name, what it is about, and its values by their names.

    A policy without values is a number of cents.
    """

    name: _Words
    about: _Words
    values: Mapping[str, _Words]

    def defaults(self, policy: str) -> list[tuple[str, _Words]]:
        """Return the values that a firm or a dossier may choose for all its imports."""
        return [one for one in self.values.items() if (policy, one[0]) not in NEVER_A_DEFAULT]


POLICY_WORDS: Mapping[str, PolicyWords] = {
    "mode": PolicyWords(
        ("Ce que fait un import", "What an import does"),
        (
            (
                "Un fichier s’ajoute à ce qui est là, ou est refusé si ses journaux ont déjà des"
                " écritures aux mêmes dates. Remplacer se demande à chaque import."
            ),
            (
                "A file is added to what is there, or refused when its journals have entries of the"
                " same days. Replacing is asked for by each import."
            ),
        ),
        {
            "append": ("Ajouter", "Add"),
            "refuse-if-present": (
                "Refuser si des écritures sont là",
                "Refuse if there are any",
            ),
            "replace": ("Remplacer", "Replace"),
        },
    ),
    "duplicates": PolicyWords(
        ("Même fichier", "Same file"),
        (
            "Le même contenu, même sous un autre nom, n’entre pas deux fois.",
            "The same content, under another name too, does not come in twice.",
        ),
        {"refuse": _REFUSE, "skip": _SKIP, "allow": _ALLOW},
    ),
    "duplicateEntries": PolicyWords(
        ("Mêmes écritures", "Same entries"),
        (
            "Des écritures déjà dans les livres arrivent par un autre fichier.",
            "Entries that the books have already come in another file.",
        ),
        {"refuse": _REFUSE, "skip": _SKIP, "allow": _ALLOW},
    ),
    "lookalikes": PolicyWords(
        ("Écritures semblables", "Look-alike entries"),
        (
            "Sans numéro propre, deux écritures pareilles peuvent être vraies toutes les deux.",
            "Without a number of their own, two equal entries may both be true.",
        ),
        {
            "allow": ("Accepter et signaler", "Accept and say so"),
            "refuse": _REFUSE,
            "skip": _SKIP,
        },
    ),
    "otherCompany": PolicyWords(
        ("Autre entreprise", "Another company"),
        (
            "Le SIREN du fichier n’est pas celui du dossier.",
            "The SIREN of the file is not the dossier’s.",
        ),
        {"refuse": _REFUSE, "allow": _ALLOW},
    ),
    "groupBy": PolicyWords(
        ("Lignes et écritures", "Lines and entries"),
        (
            (
                "Ce qui fait une écriture quand le fichier ne le dit pas. L’équilibre n’en décide"
                " jamais seul."
            ),
            "What makes an entry where the file does not say. Balance never decides alone.",
        ),
        {
            "auto": ("Automatique", "Automatic"),
            "number": ("Numéro", "Number"),
            "journal-number": ("Journal et numéro", "Journal and number"),
            "journal-number-date": ("Journal, numéro et date", "Journal, number and date"),
            "journal-piece-date": ("Journal, pièce et date", "Journal, document and date"),
            "heading": ("Lignes d’en-tête d’un modèle", "Heading lines of a model"),
            "running-balance": ("Solde courant", "Running balance"),
        },
    ),
    "missingNumbers": PolicyWords(
        ("Écritures sans numéro", "Entries without a number"),
        (
            "Elles restent ainsi, ou prennent à l’arrivée le numéro suivant de leur journal.",
            "They stay so, or take the next number of their journal on arrival.",
        ),
        {"keep": ("Laisser sans numéro", "Keep as they are"), "assign": ("Numéroter", "Number")},
    ),
    "unbalanced": PolicyWords(
        ("Écritures déséquilibrées", "Unbalanced entries"),
        (
            (
                "Débit et crédit diffèrent. Une ligne ajoutée par nous est marquée partout, FEC"
                " compris."
            ),
            "Debit and credit differ. A line that we add is marked everywhere, the FEC included.",
        ),
        {
            "refuse": _REFUSE,
            "difference": ("Quelques centimes, en 658 ou 758", "A few cents, to 658 or 758"),
            "suspense": ("Tout l’écart, en 471", "The whole difference, to 471"),
        },
    ),
    DIFFERENCE_CENTS: PolicyWords(
        ("Écart accepté, en centimes", "Difference accepted, in cents"),
        (
            "Au plus, pour une écriture, quand l’écart va en 658 ou 758.",
            "At most, for an entry, when the difference goes to 658 or 758.",
        ),
        {},
    ),
    "outsideFiscalYears": PolicyWords(
        ("Hors exercice", "Outside the fiscal years"),
        ("Une date n’est dans aucun exercice.", "A date is in no fiscal year."),
        {"refuse": _REFUSE, "accept": _ALLOW, "create": ("Créer l’exercice", "Create the year")},
    ),
    "lateEntries": PolicyWords(
        ("Écritures tardives", "Late entries"),
        (
            "Une date est dans une période verrouillée ou close.",
            "A date is in a period that is locked or closed.",
        ),
        {
            "refuse": _REFUSE,
            "first-open-day": ("Dater du premier jour ouvert", "Date them on the first open day"),
        },
    ),
    "openings": PolicyWords(
        ("À-nouveaux", "Openings"),
        (
            "Une seconde ouverture du même exercice arrive.",
            "A second opening of the same year comes in.",
        ),
        {
            "refuse": _REFUSE,
            "replace": ("Remplacer la première", "Replace the first"),
            "allow": _ALLOW,
        },
    ),
    "fileValidation": PolicyWords(
        ("Validation du fichier", "Validation of the file"),
        (
            (
                "La ValidDate reste celle du logiciel d’origine, ou elle rend l’écriture définitive"
                " ici."
            ),
            (
                "The ValidDate stays that of the original software, or makes the entry definitive"
                " here."
            ),
        ),
        {"kept": ("Conservée", "Kept"), "binding": ("Fait foi ici", "Binding here")},
    ),
    "definitive": PolicyWords(
        ("Écritures définitives", "Definitive entries"),
        (
            (
                "Annuler ou remplacer un import touche une écriture validée. Contre-passer se"
                " demande à chaque fois."
            ),
            "An undo or a replacement touches a validated entry. Reversing is asked for each time.",
        ),
        {"refuse": _REFUSE, "reverse": ("Contre-passer", "Reverse")},
    ),
    "reverseStyle": PolicyWords(
        ("Contre-passations", "Reversals"),
        ("Comment s’écrit une contre-passation.", "How a reversal is written."),
        {
            "exchange": ("Débit et crédit échangés", "Debit and credit exchanged"),
            "negative": ("Montants négatifs", "Negative amounts"),
        },
    ),
    "unit": PolicyWords(
        ("Unité des montants", "Unit of amounts"),
        (
            "Dans un fichier lu par un modèle. S’il laisse le doute, il est refusé jusqu’au choix.",
            "In a file that a model reads. One that leaves a doubt is refused until it is chosen.",
        ),
        {
            "auto": ("Automatique", "Automatic"),
            "euros": ("Euros", "Euros"),
            "cents": ("Centimes", "Cents"),
        },
    ),
    "encoding": PolicyWords(
        ("Encodage", "Encoding"),
        (
            "Ce que veulent dire les octets d’un texte qui n’est pas en UTF-8.",
            "What the bytes of a text that is not UTF-8 mean.",
        ),
        {
            "auto": ("Automatique", "Automatic"),
            "utf-8": ("UTF-8", "UTF-8"),
            "windows-1252": ("Windows-1252", "Windows-1252"),
            "iso-8859-1": ("ISO-8859-1", "ISO-8859-1"),
            "iso-8859-15": ("ISO-8859-15", "ISO-8859-15"),
            "cp850": ("DOS 850", "DOS 850"),
            "cp437": ("DOS 437", "DOS 437"),
            "mac-roman": ("Mac Roman", "Mac Roman"),
        },
    ),
}

POLICY_GROUPS: tuple[tuple[_Words, tuple[str, ...]], ...] = (
    (
        ("Doublons et mode", "Duplicates and mode"),
        ("mode", "duplicates", "duplicateEntries", "lookalikes", "otherCompany"),
    ),
    (
        ("Lecture du fichier", "Reading the file"),
        ("groupBy", "missingNumbers", "unbalanced", DIFFERENCE_CENTS, "unit", "encoding"),
    ),
    (
        ("Dates et écritures définitives", "Dates and definitive entries"),
        ("outsideFiscalYears", "lateEntries", "openings", "fileValidation", "reverseStyle"),
    ),
)
"""In which order they are shown; what nobody may choose for all imports is left out."""


def chosen_policies(form: Mapping[str, str], errors: FormErrors) -> dict[str, PolicyValue | None]:
    """Return the policies that a form changes; an empty field takes a choice back.

    What is wrong with a policy is remembered under `policy-` and its name.
    """
    found: dict[str, PolicyValue | None] = {}
    for name in POLICY_NAMES:
        if name not in form or form[name] == form.get(f"was:{name}"):
            continue  # somebody else may have changed it since
        value = form[name].strip()
        read = partial(_chosen, name, value)
        nothing: dict[str, PolicyValue | None] = {}
        found |= errors.check(f"policy-{name}", read, nothing) if value else {name: None}
    return found


def _chosen(name: str, value: str) -> dict[str, PolicyValue | None]:
    try:
        return read_policies([f"{name}={value}"])
    except RefusedRequestError:
        if name != DIFFERENCE_CENTS:
            raise
        raise RefusedRequestError(
            "difference-cents-invalid",
            f"Écrivez un nombre de centimes, de 0 à {DIFFERENCE_CENTS_MAX}.",
            f"Write a number of cents, from 0 to {DIFFERENCE_CENTS_MAX}.",
        ) from None
