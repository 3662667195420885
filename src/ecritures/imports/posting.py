"""Post a file that was read and found importable: load its lines, then publish them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.imports import claim as claims
from ecritures.imports.outcome import outcome_of
from ecritures.ledger.chart import read_chart
from ecritures.ledger.load import BatchLoader, open_batch
from ecritures.ledger.publish import check_totals, publish_batch
from ecritures.model.imports import Phase, Status

if TYPE_CHECKING:
    from ecritures.database import Database
    from ecritures.imports.check import Report
    from ecritures.imports.claim import Claim
    from ecritures.imports.staging import Staging
    from ecritures.imports.store import ImportState


def post(
    database: Database, claim: Claim, state: ImportState, report: Report, staging: Staging
) -> None:
    """Load the staged lines and publish them: all of them, at once, or none.

    Raises:
        LostClaimError: Another attempt owns the import.
        LedgerMovedError: Another import was published in the dossier meanwhile.
        TotalsDifferError: The database does not hold what was read.
    """
    if report.checked is None:
        message = "an importable file has entries"
        raise AssertionError(message)
    entries = report.checked.entries
    with database.write() as connection:
        claims.update_owned(connection, claim, {"phase": Phase.LOAD, "lines_done": 0})
        batch_id = open_batch(
            connection,
            domain_id=state.domain_id,
            dossier_id=state.dossier_id,
            import_id=claim.import_id,
            attempt=claim.attempt,
        )
    chart = read_chart(database, state.dossier_id, report.checked.codes)
    loader = BatchLoader(database, state.domain_id, batch_id, chart, entries.table)
    loader.load(
        ((block, entries.of_lines(block["line"])) for block in staging.blocks()),
        lambda lines: claims.progress(database, claim, lines_done=lines),
    )
    claim.phases.enter(Phase.PUBLISH)
    with database.read() as connection:
        check_totals(connection, state.domain_id, batch_id, report.checked.totals)
    now = database.clock.now()
    with database.write() as connection:
        publish_batch(
            connection, batch_id=batch_id, dossier_id=state.dossier_id, chart=chart, now=now
        )
        claims.end(
            connection,
            claim,
            status=Status.DONE,
            outcome="done",
            now=now,
            message=outcome_of(report, dry_run=False),
        )
