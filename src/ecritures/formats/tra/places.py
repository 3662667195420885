"""Where the fields of a TRA are: first position, from 1, and length in characters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

MARK = "***"
"""Begins every record but a line of entry."""


class Place(NamedTuple):
    """A field: its first position, from 1, and its length."""

    start: int
    length: int

    @property
    def end(self) -> int:
        """Its last position."""
        return self.start + self.length - 1


def _places(**fields: tuple[int, int]) -> dict[str, Place]:
    return {name: Place(*place) for name, place in fields.items()}


STANDARD: Final[Mapping[str, Place]] = _places(
    JOURNAL=(1, 3),
    DATECOMPTABLE=(4, 8),
    TYPEPIECE=(12, 2),
    GENERAL=(14, 17),
    TYPECPTE=(31, 1),
    AUXILIAIRE=(32, 17),
    REFINTERNE=(49, 35),
    LIBELLE=(84, 35),
    MODEPAIE=(119, 3),
    ECHEANCE=(122, 8),
    SENS=(130, 1),
    MONTANT1=(131, 20),
    TYPEECRITURE=(151, 1),
    NUMEROPIECE=(152, 8),
    DEVISE=(160, 3),
    TAUXDEV=(163, 10),
    CODEMONTANT=(173, 3),
    MONTANT2=(176, 20),
    MONTANT3=(196, 20),
    ETABLISSEMENT=(216, 3),
    AXE=(219, 2),
    NUMECHE=(221, 2),
)
"""The fields of a line of entry that every TRA has."""

DOCUMENT: Final = Place(84, 255)
"""Of a line of a document: its path and name."""

EXTENDED: Final[Mapping[str, Place]] = _places(
    REFEXTERNE=(223, 35),
    DATEREFEXTERNE=(258, 8),
    DATECREATION=(266, 8),
    SOCIETE=(274, 3),
    AFFAIRE=(277, 17),
    DATETAUXDEV=(294, 8),
    ECRANOUVEAU=(302, 3),
    QTE1=(305, 20),
    QTE2=(325, 20),
    QUALIFQTE1=(345, 3),
    QUALIFQTE2=(348, 3),
    REFLIBRE=(351, 35),
    TVAENCAISSEMENT=(386, 1),
    REGIMETVA=(387, 3),
    TVA=(390, 3),
    TPF=(393, 3),
    CONTREPARTIEGEN=(396, 17),
    CONTREPARTIEAUX=(413, 17),
    REFPOINTAGE=(430, 17),
    DATEPOINTAGE=(447, 8),
    DATERELANCE=(455, 8),
    DATEVALEUR=(463, 8),
    RIB=(471, 35),
    REFRELEVE=(506, 10),
    NUMEROIMMO=(516, 17),
    **{f"LIBRETEXTE{n}": (533 + 30 * n, 30) for n in range(10)},
    **{f"LIBREMONTANT{n}": (845 + 20 * n, 20) for n in range(4)},
    LIBREDATE=(925, 8),
    DATEPAQUETMAX=(998, 8),
    DATEPAQUETMIN=(1006, 8),
    LETTRAGE=(1014, 5),
    LETTRAGEDEV=(1019, 1),
    LETTRAGEEURO=(1020, 1),
    ETATLETTRAGE=(1021, 3),
    REFGESCOM=(1092, 35),
    VALIDE=(1177, 1),
    CUTOFFDEB=(1178, 8),
    CUTOFFFIN=(1186, 8),
    REFGUID=(1281, 36),
    NUMGROUPEECR=(1390, 5),
    ECRITURENUM=(1395, 5),
    VALIDDATE=(1400, 8),
)
"""Those that an extended one has besides."""

ENTRY: Final[Mapping[str, Place]] = {**STANDARD, **EXTENDED}
STANDARD_WIDTH, EXTENDED_WIDTH = 222, 1407
READABLE_WIDTH = STANDARD["TYPEECRITURE"].end
"""A line that ends before it lacks what an entry cannot be read without."""
EXTENDED_LEAST = EXTENDED["ECRANOUVEAU"].end

HEADER: Final[Mapping[str, Place]] = _places(
    product=(4, 2), origin=(6, 3), content=(9, 3), form=(12, 3), version=(34, 3)
)

RECORDS: Final[Mapping[str, Mapping[str, Place]]] = {
    "EXO": _places(code=(7, 3), start=(10, 8), end=(18, 8), state=(26, 3), label=(32, 35)),
    "ETB": _places(code=(7, 3), label=(10, 35), siret=(247, 17)),
    "MDP": _places(code=(7, 3), label=(10, 35), category=(45, 3)),
    "CGN": _places(code=(7, 17), label=(24, 35), nature=(59, 3), collective=(350, 1)),
    "CAE": _places(code=(7, 17), label=(24, 35), nature=(59, 3), general=(63, 17)),
    "JAL": _places(code=(7, 3), label=(10, 35), nature=(45, 3)),
    "SAT": _places(code=(7, 17), label=(24, 35), axis=(59, 3)),
}
"""The records that are read, by the letters behind their mark."""

NOT_READ: Final = frozenset(
    {
        *("PS1", "PS2", "PS3", "PS4", "PS5", "MDR", "DEV", "SSA", "YTC", "TXT", "VEN", "REG"),
        *("CHO", "SOU", "COR", "GUI", "RIB", "CTR", "TL", "TFR", "PAY", "CPT", "IMM", "BQE"),
    }
)
"""Records of the programs' own settings: nothing of them is in a ledger, and nothing is said."""
