"""The anomalies of an import as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import TypedDict

from ecritures.app.cursors import next_cursor
from ecritures.reports.content import AnomalyView, anomaly_view, policy_of

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomaly
    from ecritures.core.sentences import Language
    from ecritures.database.paging import Page
    from ecritures.imports.queries import ImportState


class AnomalyPage(TypedDict):
    """A page of anomalies, in line order; the counts are exact, whatever is kept in detail."""

    anomalyCount: int
    anomalyCounts: dict[str, int]
    items: list[AnomalyView]
    nextCursor: str | None


def anomaly_page(state: ImportState, page: Page[Anomaly], language: Language) -> AnomalyPage:
    """Return a page of the anomalies of an import as JSON."""
    policy = policy_of(state.report)
    return {
        "anomalyCount": state.anomaly_count,
        "anomalyCounts": state.report.get("anomalyCounts", {}),
        "items": [anomaly_view(anomaly, language, policy) for anomaly in page.items],
        "nextCursor": next_cursor(page),
    }
