"""Which policies an import follows: the closest choice wins.

It is the request's, then the dossier's, then the firm's, then the default.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from ecritures.core.errors import RefusedRequestError
from ecritures.core.policies import (
    DIFFERENCE_CENTS,
    POLICY_NAMES,
    Definitive,
    FileValidation,
    Mode,
    Openings,
    OutsideFiscalYears,
    Unbalanced,
    default_of,
)
from ecritures.core.rights import Right

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecritures.core.policies import PolicyValue

NEVER_A_DEFAULT = {("mode", Mode.REPLACE), ("definitive", Definitive.REVERSE)}
"""What removes entries or reverses validated ones is asked for by each request."""

_REMOVING: set[tuple[str, PolicyValue]] = {*NEVER_A_DEFAULT, ("openings", Openings.REPLACE)}
_ADMINISTERING: set[tuple[str, PolicyValue]] = {("outsideFiscalYears", OutsideFiscalYears.CREATE)}

DUPLICATES = ("duplicates", "duplicateEntries", "lookalikes")
"""The verdicts on what the ledger holds already: the file, its entries, what looks like them."""


class Origin(StrEnum):
    """Who chose a value."""

    REQUEST = "request"
    DOSSIER = "dossier"
    DOMAIN = "domain"
    DEFAULT = "default"


class Choice(NamedTuple):
    """The value in use of a policy, and who chose it."""

    value: PolicyValue
    origin: Origin


_DEFAULTS = {name: Choice(default_of(name), Origin.DEFAULT) for name in POLICY_NAMES}


@dataclass(frozen=True, slots=True)
class Policies:
    """The value in use of every policy, by name."""

    choices: Mapping[str, Choice]

    @classmethod
    def of(
        cls,
        request: Mapping[str, Any],
        dossier: Mapping[str, Any],
        domain: Mapping[str, Any],
    ) -> Policies:
        """Resolve what each of them has chosen; other names in them are ignored.

        Raises:
            RefusedRequestError: Two choices contradict each other.
        """
        choices = dict(_DEFAULTS)
        levels = (Origin.DOMAIN, domain), (Origin.DOSSIER, dossier), (Origin.REQUEST, request)
        for origin, chosen in levels:
            for name, value in chosen.items():
                if name in choices and value is not None:
                    choices[name] = Choice(value, origin)
        scope_given = bool(request.get("replace"))
        if scope_given and choices["mode"].origin is not Origin.REQUEST:
            choices["mode"] = Choice(Mode.REPLACE, Origin.REQUEST)
        _check(choices, scope_given=scope_given)
        return cls(choices)

    def options(self) -> dict[str, Any]:
        """Return what an import keeps: the values, and who chose those that are no defaults.

        The grouping is left out by default: the import model may propose one.
        """
        kept = {
            name: one.value
            for name, one in self.choices.items()
            if name != "groupBy" or one.origin is not Origin.DEFAULT
        }
        origins = {
            name: str(one.origin)
            for name, one in self.choices.items()
            if one.origin is not Origin.DEFAULT
        }
        return kept | {"policyOrigins": origins}

    def rights(self, *, dry_run: bool) -> list[Right]:
        """Return the rights, besides importing, that the choices of the request itself need.

        Args:
            dry_run: Whether nothing is posted: then nothing is removed either.
        """
        needed = [Right.ADMINISTER] if self._asks_any(_ADMINISTERING) else []
        if not dry_run and self._asks_any(_REMOVING):
            needed.append(Right.WITHDRAW)
        return needed

    def _asks_any(self, choices: set[tuple[str, PolicyValue]]) -> bool:
        return any(self.choices[name] == (value, Origin.REQUEST) for name, value in choices)


def kept_choices(options: Mapping[str, Any]) -> dict[str, Choice]:
    """Return the choices that an import has kept in its options."""
    origins = options.get("policyOrigins", {})
    return {
        name: Choice(options.get(name, default_of(name)), Origin(origins.get(name, Origin.DEFAULT)))
        for name in POLICY_NAMES
    }


def asked_policies(fields: Mapping[str, Any]) -> dict[str, PolicyValue]:
    """Return the policies among the fields of a request, by their names; None is no choice.

    `duplicates` is one word for the three verdicts on what the ledger holds already, or an object
    with `file`, `entries` and `lookalikes`; the field of a single verdict replaces the word.
    """
    said = fields.get("duplicates")
    word = None if isinstance(said, dict) else said
    verdicts = said if isinstance(said, dict) else {}
    chosen = {name: fields.get(name) for name in POLICY_NAMES}
    chosen["duplicates"] = verdicts.get("file") or word
    for verdict, name in (("entries", "duplicateEntries"), ("lookalikes", "lookalikes")):
        chosen[name] = chosen[name] or verdicts.get(verdict) or word
    return {name: value for name, value in chosen.items() if value is not None}


def check_defaults(policies: Mapping[str, PolicyValue | None]) -> None:
    """Refuse what a firm or a dossier may not choose for every import.

    Raises:
        RefusedRequestError: It is for single requests, or two choices contradict each other.
    """
    for name, value in policies.items():
        if (name, value) in NEVER_A_DEFAULT:
            raise RefusedRequestError(
                "policy-not-a-default",
                f"{name}={value} ne peut pas être le choix d'un cabinet ou d'un dossier : chaque"
                " demande le précise.",
                f"{name}={value} cannot be the choice of a firm or a dossier: each request says"
                " so.",
            )
    Policies.of({}, policies, {})


def changed(
    settings: Mapping[str, Any], policies: Mapping[str, PolicyValue | None]
) -> dict[str, Any]:
    """Return settings with other policies; None takes one out.

    `duplicates` speaks for the three verdicts, as in a request, but for those named beside it.
    """
    word = {name: policies["duplicates"] for name in DUPLICATES if "duplicates" in policies}
    merged = {**settings, **word, **policies}
    return {name: value for name, value in merged.items() if value is not None}


def _check(choices: Mapping[str, Choice], *, scope_given: bool) -> None:
    mode = choices["mode"].value
    if scope_given and mode != Mode.REPLACE:
        raise _contradict(
            f"mode={mode}", "replace", "il faut mode=replace", "it is for mode=replace"
        )
    suspense = choices["unbalanced"].value == Unbalanced.SUSPENSE
    if suspense and choices["fileValidation"].value == FileValidation.BINDING:
        raise _contradict(
            "unbalanced=suspense",
            "fileValidation=binding",
            "une ligne d'attente ne doit pas être définitive",
            "a line on a suspense account must not be definitive",
        )
    cents, unbalanced = choices[DIFFERENCE_CENTS], choices["unbalanced"].value
    if cents.origin is Origin.REQUEST and unbalanced != Unbalanced.DIFFERENCE:
        raise _contradict(
            f"{DIFFERENCE_CENTS}={cents.value}",
            f"unbalanced={unbalanced}",
            "il sert avec unbalanced=difference",
            "it goes with unbalanced=difference",
        )


def _contradict(one: str, other: str, fr: str, en: str) -> RefusedRequestError:
    return RefusedRequestError(
        "policies-contradict",
        f"{one} et {other} se contredisent : {fr}.",
        f"{one} and {other} contradict each other: {en}.",
    )
