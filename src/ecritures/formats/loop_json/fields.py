"""The fields of a line, as the page names them, and what they become."""

from __future__ import annotations

TEXTS = {
    "journal": "journal_code",
    "journalLib": "journal_label",
    "reference": "entry_number",
    "compte": "account_number",
    "compteLib": "account_label",
    "tiers": "third_party_number",
    "refPiece": "piece_ref",
    "libelle": "label",
    "codeLettrage": "lettering",
    "SIRET": "siret",
}
"""Field → canonical column."""
DATES = {"date": "entry_date", "dateLettrage": "lettering_date"}
VOUCHER_DATE = "dateJustif"
CUT_OFFS = ("debCutOff", "finCutOff")
EXTRA_DATES = ("dateOperation", "dateEcheance", "datePointage")
UUIDS = ("codePointage", "lot", "ecritureMere", "ecritureOrigine")
CODES = {
    "modePaiement": frozenset(str(n) for n in range(1, 12)),
    "typeLot": frozenset({"1", "2", "4"}),
}
"""Field → the values that the page gives."""
COMMENT = "commentaire"
TYPE, TYPE_OF_MOVEMENT = "type", "typeMouvement"
SIDES = ("debit", "credit")
AMOUNT, CURRENCY, CURRENCY_AMOUNT, RATE = "amount", "currency", "currencyAmount", "currencyRate"
OF_SIDE = (AMOUNT, CURRENCY, CURRENCY_AMOUNT, RATE)
ATTACHMENT, ADDRESS = "fichier", "uri"
SPLIT = "axeAna"

FREE = (VOUCHER_DATE, *TEXTS, *DATES, *EXTRA_DATES, *CUT_OFFS, *UUIDS, COMMENT)
"""Fields that are texts."""
NUMBERED = (*CODES, TYPE, TYPE_OF_MOVEMENT)
"""Fields that are texts or whole numbers."""
SCALARS = (*FREE, *NUMBERED)
KNOWN = frozenset({*SCALARS, *SIDES, ATTACHMENT, SPLIT})
NAMES = {column: field for field, column in (TEXTS | DATES).items()} | {
    "piece_date": VOUCHER_DATE,
    "debit_cents": "debit.amount",
    "credit_cents": "credit.amount",
    "currency": "currency",
    "currency_amount": "currencyAmount",
}
"""Canonical column → what messages call it."""

OPTIONS = (
    *("separatorDecimal", "formatDate", "multiPeriode", "failOnUnbalanced", "createNewJournaux"),
    *("createNewComptes", "createNewTiers", "defaultJournalId", "sortLines", "comptesRules"),
    *("newFolio", "balanceAuto", "aNouveaux", "defaultCompte", "createPieceRef"),
)
SPELLINGS = {
    name.lower(): name
    for name in (
        *("codeIbs", "SIRET", "data", "contexte", "options", "ecritures", "from", "to"),
        *(*OPTIONS, *KNOWN, *OF_SIDE, ADDRESS),
    )
}
"""Lower-case spelling of every name of the page → the page's."""
