"""The policies of imports, as the bodies of requests give them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictInt

from ecritures.core.grouping import Grouping
from ecritures.core.policies import (
    DIFFERENCE_CENTS_MAX,
    AmountUnit,
    Definitive,
    Duplicates,
    FileEncoding,
    FileValidation,
    LateEntries,
    Lookalikes,
    MissingNumbers,
    Mode,
    Openings,
    OtherCompany,
    OutsideFiscalYears,
    PolicyValue,
    ReverseStyle,
    Unbalanced,
)

Cents = Annotated[StrictInt, Field(ge=0, le=DIFFERENCE_CENTS_MAX)]


class PolicyFields(BaseModel):
    """What may be chosen, by name; null is no choice."""

    model_config = ConfigDict(extra="forbid")

    mode: Mode | None = Field(
        None,
        description="Ajouter au grand livre ; refuser si les journaux du fichier ont déjà des "
        "écritures aux mêmes dates ; remplacer.",
    )
    duplicateEntries: Duplicates | None = Field(  # noqa: N815 - the name in the JSON
        None, description="Des écritures déjà au grand livre."
    )
    lookalikes: Lookalikes | None = Field(
        None, description="Des écritures sans numéro qui ressemblent à celles du grand livre."
    )
    otherCompany: OtherCompany | None = Field(  # noqa: N815
        None, description="Le fichier d'une autre société."
    )
    groupBy: Grouping | None = Field(  # noqa: N815
        None,
        description="Règle qui distingue les écritures ; `auto` : trouvée d'après la structure du"
        " fichier. À défaut, ce que propose le modèle, sinon `auto`.",
    )
    missingNumbers: MissingNumbers | None = Field(  # noqa: N815
        None, description="Des écritures sans numéro : laissées ainsi, ou numérotées à l'arrivée."
    )
    outsideFiscalYears: OutsideFiscalYears | None = Field(  # noqa: N815
        None,
        description="Des écritures hors des exercices du dossier ; `create` demande le droit"
        " `administer`.",
    )
    lateEntries: LateEntries | None = Field(  # noqa: N815
        None, description="Des écritures datées d'une période verrouillée ou clôturée."
    )
    openings: Openings | None = Field(None, description="De seconds à-nouveaux d'un exercice.")
    unbalanced: Unbalanced | None = Field(
        None,
        description="Des écritures déséquilibrées : refusées, ou complétées sur 658/758 (quelques"
        " centimes) ou sur 471.",
    )
    differenceCents: Cents | None = Field(  # noqa: N815
        None, description="Ce que `unbalanced=difference` ajoute au plus à une écriture."
    )
    fileValidation: FileValidation | None = Field(  # noqa: N815
        None, description="`binding` : les dates de validation du fichier rendent définitif."
    )
    definitive: Definitive | None = Field(
        None, description="Des écritures validées à retirer : refuser, ou contre-passer."
    )
    reverseStyle: ReverseStyle | None = Field(  # noqa: N815
        None, description="Forme des contre-passations."
    )
    unit: AmountUnit | None = Field(
        None,
        description="Unité des montants d'un fichier lu par un modèle ; `auto` : celle que le"
        " modèle ou le fichier dit. Un fichier qui ne la dit pas est refusé (MOD-MNT-02).",
    )
    encoding: FileEncoding | None = Field(
        None,
        description="Encodage d'un fichier qui n'est pas en UTF-8 ; `auto` : celui que le modèle"
        " dit, sinon reconnu.",
    )


class PolicyDefaults(PolicyFields):
    """What a firm or a dossier chooses for all its imports; null takes a choice back."""

    duplicates: Duplicates | None = Field(
        None,
        description="Ce que le dossier contient déjà : le même fichier et, s'ils ne sont pas"
        " nommés, `duplicateEntries` et `lookalikes`.",
    )

    def given(self) -> dict[str, PolicyValue | None]:
        """Return what is named, null as None."""
        return self.model_dump(mode="json", exclude_unset=True)


class DuplicateChoices(BaseModel):
    """What happens to what is in the ledger already, one choice for each verdict."""

    model_config = ConfigDict(extra="forbid")

    file: Duplicates | None = None
    entries: Duplicates | None = None
    lookalikes: Lookalikes | None = None
