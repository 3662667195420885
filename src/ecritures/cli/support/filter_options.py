"""The filter of reads of a ledger, as options: the same for every command that reads one."""

from __future__ import annotations

import inspect
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ecritures.cli.support.language import say

if TYPE_CHECKING:
    from collections.abc import Callable

_DAY = "AAAA-MM-JJ"


def _option(name: str, fr: str, en: str, metavar: str | None = None) -> Any:  # noqa: ANN401 - Typer's
    return typer.Option(name, help=say(fr, en), metavar=metavar)


_ONE: dict[str, Any] = {
    "start": _option("--from", "Premier jour compris.", "First day, included.", _DAY),
    "end": _option("--to", "Dernier jour compris.", "Last day, included.", _DAY),
    "year": _option(
        "--year",
        "L'exercice qui finit cette année-là ; à défaut, l'année civile.",
        "The fiscal year that ends in that year; else the calendar year.",
    ),
    "fiscal_year": _option(
        "--fiscal-year",
        "Exercice, par son premier jour ou l'année où il finit.",
        "Fiscal year, by its first day or the year in which it ends.",
    ),
}
_SEVERAL: dict[str, Any] = {
    "journal": _option("--journal", "Journal ; répétable.", "Journal; repeatable."),
    "account": _option(
        "--account",
        "Compte 411000, racine 411*, intervalle 411000-419999 ou classe 4 ; répétable.",
        "Account 411000, root 411*, range 411000-419999 or class 4; repeatable.",
    ),
    "third_party": _option(
        "--third-party",
        "Compte auxiliaire, ou sa racine et * ; vide : sans tiers ; répétable.",
        "Third party, or its root and *; empty: without one; repeatable.",
    ),
    "siret": _option("--siret", "Établissement ; répétable.", "Establishment; repeatable."),
    "number": _option("--number", "Numéro d'écriture ; répétable.", "Entry number; repeatable."),
    "piece": _option(
        "--piece",
        "Pièce, ou son début et * ; répétable.",
        "Document, or what it begins with and *; repeatable.",
    ),
    "label": _option(
        "--label",
        "Mots du libellé, sans égard aux accents ni aux majuscules.",
        "Words of the label, regardless of accents and case.",
    ),
    "amount": _option(
        "--amount",
        "Montant en euros 1234,56, ou intervalle 100..200 ; répétable.",
        "Amount in euros 1234.56, or range 100..200; repeatable.",
    ),
}
_LAST: dict[str, Any] = {
    "lettering": _option(
        "--lettering", "Lignes lettrées ou non.", "Lettered lines or not.", "lettered|unlettered"
    ),
    "revision": _option(
        "--revision",
        "Révision passée du grand livre.",
        "A past revision of the ledger.",
    ),
}
_IMPORT = _option("--import", "Import, par son numéro ; répétable.", "Import, by id; repeatable.")


def _parameters() -> list[inspect.Parameter]:
    ones = {name: Annotated[str | None, option] for name, option in (_ONE | _LAST).items()}
    several = {**_SEVERAL, "import_": _IMPORT}
    lists = {name: Annotated[list[str] | None, option] for name, option in several.items()}
    return [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=kind)
        for name, kind in (ones | lists).items()
    ]


def with_filter(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of a filter; it gets them as its first argument, `given`."""
    command.__annotations__.pop("given")  # the type is not imported before it is needed
    own = list(inspect.signature(command, eval_str=True).parameters.values())[1:]
    of_filter = _parameters()
    several = {*_SEVERAL, "import_"}

    @wraps(command)
    def filtered(**values: Any) -> None:  # noqa: ANN401 - options
        from ecritures.ledger.read.filter_texts import FilterTexts

        chosen = {one.name: values.pop(one.name) for one in of_filter}
        texts: dict[str, Any] = {
            name: (value or ()) if name in several else value for name, value in chosen.items()
        }
        command(FilterTexts(**texts), **values)

    all_of_them = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in own]
    first = [one for one in all_of_them if one.default is inspect.Parameter.empty]
    rest = [one for one in all_of_them if one.default is not inspect.Parameter.empty]
    made = inspect.Signature([*first, *of_filter, *rest])
    filtered.__signature__ = made  # type: ignore[attr-defined] # Typer reads it
    filtered.__annotations__ = {one.name: one.annotation for one in made.parameters.values()}
    del filtered.__wrapped__  # Typer would read that one
    return filtered
