"""The state of imports: the only package that writes `status` and attempts.

    [*] --> waiting: submitted
    waiting --> running: claim_import
    running --> done: finish
    running --> failed: finish, end_overdue, cancel, recover
    running --> waiting: requeue, recover
    waiting --> failed: cancel, end_abandoned
    waiting --> waiting: retry, bring_forward (due now)
    failed --> waiting: retry, confirm (of a dry run whose plan has changed)
    done --> waiting: confirm (of a dry run)

Claiming an import raises its attempt number. Every later write says "where the attempt is still
mine and the import still runs"; one that lost its claim changes nothing and raises
`LostClaimError`. So an import may be delivered twice, late, or to a process that slept past its
lease: nothing takes effect twice. Whenever an attempt ends without publishing, its batch is
abandoned in the same transaction.
"""

from ecritures.imports.state.asked import cancel, confirm, retry
from ecritures.imports.state.recovery import (
    CLOCK_TOLERANCE,
    COMMAND_PATIENCE,
    bring_forward,
    end_abandoned,
    end_overdue,
    recover,
)
from ecritures.imports.state.running import (
    claim_import,
    finish,
    progress,
    renew_leases,
    requeue,
    update_owned,
)

__all__ = [
    "CLOCK_TOLERANCE",
    "COMMAND_PATIENCE",
    "bring_forward",
    "cancel",
    "claim_import",
    "confirm",
    "end_abandoned",
    "end_overdue",
    "finish",
    "progress",
    "recover",
    "renew_leases",
    "requeue",
    "retry",
    "update_owned",
]
