"""Where a ledger is not what its events say: what differs, in a sentence, and the place."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from ecritures.core.sentences import Sentence

UNREADABLE = (ValueError, TypeError, pl.exceptions.PolarsError)
"""What is raised where a stored value is not of the type of its column."""


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the ledger was changed.

    Attributes:
        revision: Of the event that says otherwise; None: none does.
        batch: The batch concerned.
        block: The part of it, counted from 0.
        entry: The entry, by its number in the batch.
    """

    sentence: Sentence
    revision: int | None
    batch: int | None = None
    block: int | None = None
    entry: int | None = None


def broken(  # noqa: PLR0913 - a place
    code: str,
    revision: int | None,
    *,
    batch: int | None = None,
    block: int | None = None,
    entry: int | None = None,
    what: str | int | None = None,
) -> Break:
    """Return a break; `what` completes its sentence."""
    template = _SENTENCES[code]
    said = {"revision": revision, "batch": batch, "block": block, "what": what}
    where_fr = f" Première écriture touchée : la n° {entry} de ce lot." if entry else ""
    where_en = f" The first entry concerned is no. {entry} of this batch." if entry else ""
    sentence = Sentence(
        code, template.fr.format(**said) + where_fr, template.en.format(**said) + where_en
    )
    return Break(sentence, revision, batch, block, entry)


_TEMPLATES = (
    Sentence(
        "event-missing",
        "L'événement de la révision {revision} manque.",
        "The event of revision {revision} is missing.",
    ),
    Sentence(
        "event-without-digest",
        "L'événement de la révision {revision} n'a pas d'empreinte, alors qu'un événement plus"
        " ancien en a une.",
        "The event of revision {revision} has no digest, although an older event has one.",
    ),
    Sentence(
        "chain-broken",
        "L'événement de la révision {revision} ne suit pas celui d'avant : l'empreinte qu'il en"
        " garde n'est pas la sienne.",
        "The event of revision {revision} does not follow the one before: it holds another digest"
        " of it.",
    ),
    Sentence(
        "event-changed",
        "L'empreinte de la révision {revision} n'est plus la bonne : l'événement, l'en-tête de son"
        " lot ou ses liens ont été modifiés.",
        "The digest of revision {revision} does not match: the event, the header of its batch, or"
        " its links were changed.",
    ),
    Sentence(
        "revision-differs",
        "Le dossier est à la révision {what}, alors que son dernier événement est celui de la"
        " révision {revision}.",
        "The dossier is at revision {what}, but its last event is that of revision {revision}.",
    ),
    Sentence(
        "head-unknown",
        "L'empreinte attendue n'est celle d'aucun événement de ce grand livre : il a été réécrit,"
        " ou c'est un autre.",
        "The expected digest is that of no event of this ledger: it was rewritten, or is another.",
    ),
    Sentence(
        "batch-missing",
        "Le lot {batch}, de la révision {revision}, n'est plus dans ce dossier.",
        "Batch {batch}, of revision {revision}, is no longer in this dossier.",
    ),
    Sentence(
        "batch-unknown",
        "Le lot {batch} est publié sans événement.",
        "Batch {batch} is published without an event.",
    ),
    Sentence(
        "batch-state",
        "L'état du lot {batch}, ou sa date de publication, n'est pas celui de ses événements.",
        "The state of batch {batch}, or when it was published, is not what its events say.",
    ),
    Sentence(
        "blocks-changed",
        "Les empreintes des blocs du lot {batch} ne donnent plus la sienne : un bloc a été ajouté,"
        " retiré ou modifié.",
        "The digests of the blocks of batch {batch} no longer give its own: a block was added,"
        " removed or changed.",
    ),
    Sentence(
        "rows-changed",
        "Des écritures ou des lignes du bloc {block} du lot {batch} ont été modifiées, ajoutées ou"
        " retirées.",
        "Entries or lines of block {block} of batch {batch} were changed, added or removed.",
    ),
    Sentence(
        "rows-added",
        "Le lot {batch} a des écritures ou des lignes après son dernier bloc.",
        "Batch {batch} has entries or lines after its last block.",
    ),
    Sentence(
        "line-without-entry",
        "Une ligne du bloc {block} du lot {batch} est d'une écriture qui n'existe pas.",
        "A line of block {block} of batch {batch} is of an entry that does not exist.",
    ),
    Sentence(
        "header-differs",
        "L'en-tête du lot {batch} ne donne pas les totaux de ses lignes ({what}).",
        "The header of batch {batch} does not have the totals of its lines ({what}).",
    ),
    Sentence(
        "totals-differ",
        "Les totaux par compte du lot {batch} ne sont pas ceux de ses lignes.",
        "The totals by account of batch {batch} are not those of its lines.",
    ),
    Sentence(
        "removed-totals-differ",
        "Les totaux de ce que le lot {batch} retire ne sont pas ceux des écritures retirées.",
        "The totals of what batch {batch} removes are not those of the entries removed.",
    ),
    Sentence(
        "summary-differs",
        "Les totaux additionnés du dossier ne sont pas la somme de ceux de ses lots.",
        "The summary of the dossier's totals is not the sum of those of its batches.",
    ),
    Sentence(
        "fingerprint-differs",
        "Les empreintes d'une écriture du lot {batch} ne sont pas celles de ses lignes.",
        "The fingerprints of an entry of batch {batch} are not those of its lines.",
    ),
    Sentence(
        "codes-changed",
        "Les comptes, journaux ou tiers créés à la révision {revision} ont été modifiés ou"
        " retirés.",
        "The accounts, journals or third parties created at revision {revision} were changed or"
        " removed.",
    ),
    Sentence(
        "codes-added",
        "Un compte, un journal ou un tiers n'a été créé par aucun événement : {what}.",
        "An account, a journal or a third party was created by no event: {what}.",
    ),
    Sentence(
        "spans-differ",
        "La période d'effet du lot {batch} n'est pas celle que disent les événements (révision"
        " {revision}).",
        "When batch {batch} is in force is not what the events say (revision {revision}).",
    ),
    Sentence(
        "validation-differs",
        "La validation de la révision {revision} n'est pas celle que dit son événement.",
        "The validation of revision {revision} is not what its event says.",
    ),
    Sentence(
        "locks-differ",
        "Les dates de verrouillage ou de clôture du dossier ne sont pas celles des événements.",
        "The dates up to which the dossier is locked or closed are not what the events say.",
    ),
    Sentence(
        "fiscal-year-differs",
        "L'exercice qui commence le {what} n'est pas celui que disent les événements.",
        "The fiscal year that begins on {what} is not what the events say.",
    ),
    Sentence(
        "matching-differs",
        "Le lettrage {what} n'est pas celui que disent les événements.",
        "Matching {what} is not what the events say.",
    ),
    Sentence(
        "value-unreadable",
        "Une valeur du grand livre ne peut plus être lue : ce n'est plus une date, un nombre ou un"
        " texte JSON, comme elle devrait l'être.",
        "A value of the ledger can no longer be read: it is no longer a date, a number or a JSON"
        " text, as it should be.",
    ),
)
_SENTENCES = {one.code: one for one in _TEMPLATES}
