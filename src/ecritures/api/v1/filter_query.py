"""The filter of reads of a ledger, as query parameters: the same for all of them."""

from typing import Annotated, Any

from fastapi import Depends, Query

from ecritures.ledger.read.filter_texts import FilterTexts

VALUES_MAX = 100
TEXT_MAX = 200

Texts = dict[str, Any]


def _several(alias: str, description: str, *examples: str) -> object:
    return Query(
        alias=alias,
        description=f"{description} Plusieurs fois : l'une ou l'autre.",
        max_length=VALUES_MAX,
        examples=list(examples),
    )


def _one(alias: str, description: str, *examples: str) -> object:
    return Query(alias=alias, description=description, max_length=TEXT_MAX, examples=list(examples))


def _days(
    start: Annotated[str | None, _one("from", "Premier jour.", "2024-01-01")] = None,
    end: Annotated[str | None, _one("to", "Dernier jour.", "2024-12-31")] = None,
    year: Annotated[
        str | None,
        _one("year", "L'exercice qui finit cette année-là ; à défaut, l'année civile.", "2024"),
    ] = None,
    fiscal_year: Annotated[
        str | None,
        _one("fiscal-year", "Exercice, par son premier jour ou l'année où il finit.", "2024-01-01"),
    ] = None,
    revision: Annotated[
        str | None,
        _one("revision", "Révision passée du grand livre ; à défaut, l'actuelle.", "12"),
    ] = None,
) -> Texts:
    return {
        "start": start,
        "end": end,
        "year": year,
        "fiscal_year": fiscal_year,
        "revision": revision,
    }


def _codes(  # noqa: PLR0917 - conditions
    journal: Annotated[list[str], _several("journal", "Code de journal.", "VE")] = [],  # noqa: B006 - FastAPI copies it
    account: Annotated[
        list[str],
        _several(
            "account",
            "Compte `411000`, racine `411*`, intervalle `411000-419999` ou classe `4`.",
            "411*",
        ),
    ] = [],  # noqa: B006
    third_party: Annotated[
        list[str],
        _several(
            "third-party", "Compte auxiliaire ou racine ; vide : les lignes sans tiers.", "C0042"
        ),
    ] = [],  # noqa: B006
    siret: Annotated[list[str], _several("siret", "Établissement.", "07955542100027")] = [],  # noqa: B006
    number: Annotated[list[str], _several("number", "Numéro d'écriture.", "118")] = [],  # noqa: B006
    import_: Annotated[
        list[str],
        _several("import", "Import, par son numéro.", "4dfa8727-0413-4e80-9fe2-3bea94b22833"),
    ] = [],  # noqa: B006
) -> Texts:
    return {
        "journal": journal,
        "account": account,
        "third_party": third_party,
        "siret": siret,
        "number": number,
        "import_": import_,
    }


def _texts(
    piece: Annotated[
        list[str], _several("piece", "Référence de pièce, ou son début et `*`.", "FA-2024-001")
    ] = [],  # noqa: B006
    label: Annotated[
        list[str],
        Query(
            description="Mots du libellé, tous, sans égard aux accents ni aux majuscules.",
            max_length=VALUES_MAX,
            examples=["loyer mars"],
        ),
    ] = [],  # noqa: B006
    amount: Annotated[
        list[str],
        _several(
            "amount",
            "Montant en euros `1234,56`, ou intervalle `100..200`, au débit ou au crédit.",
            "1234,56",
        ),
    ] = [],  # noqa: B006
    lettering: Annotated[
        str | None,
        _one("lettering", "`lettered` : lignes lettrées ; `unlettered` : les autres.", "lettered"),
    ] = None,
) -> Texts:
    return {"piece": piece, "label": label, "amount": amount, "lettering": lettering}


def _filter(
    days: Annotated[Texts, Depends(_days)],
    codes: Annotated[Texts, Depends(_codes)],
    texts: Annotated[Texts, Depends(_texts)],
) -> FilterTexts:
    return FilterTexts(**days, **codes, **texts)


FilterQuery = Annotated[FilterTexts, Depends(_filter)]
