"""The metrics of the service: those of imports come from the database, those of HTTP from here.

Imports are counted by their rows, so that the figures are exact, survive a restart, and are equal
in every process. Adding up a million rows takes a moment: the totals are read at most once every
`WORK_SECONDS`; the queue is read each time.
"""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, SummaryMetricFamily
from prometheus_client.registry import Collector

from ecritures.database.failures import DatabaseError
from ecritures.imports.read.statistics import read_queue, read_work

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from prometheus_client.metrics_core import Metric
    from starlette.types import Scope

    from ecritures.database import Database
    from ecritures.imports.read.statistics import Work

WORK_SECONDS = 15
LATENCIES = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
METHODS = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"}

log = structlog.get_logger()


class Metrics:
    """The metrics, in a registry of their own: two services in one process must not share one.

    Args:
        database: The database to count rows in.
    """

    MEDIA_TYPE = CONTENT_TYPE_LATEST

    def __init__(self, database: Database) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_OfDatabase(database))
        ProcessCollector(registry=self._registry)
        self._latency = Histogram(
            "ecritures_http_request_seconds",
            "Time to answer a request, by route.",
            ("method", "route", "status"),
            buckets=LATENCIES,
            registry=self._registry,
        )

    def observe(self, scope: Scope, status: int, seconds: float) -> None:
        """Count a request. Labels never come from the caller: their number would be unlimited."""
        method = scope["method"] if scope["method"] in METHODS else "other"
        route = getattr(scope.get("route"), "path", "unknown")
        self._latency.labels(method, route, str(status)).observe(seconds)

    def text(self) -> bytes:
        """Return all metrics in the format of Prometheus."""
        return generate_latest(self._registry)


class _OfDatabase(Collector):
    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._work: tuple[datetime, Work] | None = None

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("ecritures_database_up", "1 when the database answers.")
        try:
            yield from self._of_queue()
            yield from self._of_work()
            up.add_metric([], 1)
        except DatabaseError:
            log.exception("cannot read the metrics")
            up.add_metric([], 0)
        yield up

    def _of_queue(self) -> Iterator[Metric]:
        count = GaugeMetricFamily(
            "ecritures_queue_imports",
            "Imports that have not ended: waiting, postponed to a later attempt, running.",
            labels=["state"],
        )
        age = GaugeMetricFamily(
            "ecritures_queue_oldest_seconds", "Age of the oldest of them.", labels=["state"]
        )
        for queue in read_queue(self._database):
            count.add_metric([queue.state], queue.imports)
            age.add_metric([queue.state], queue.oldest_seconds)
        yield from (count, age)

    def _of_work(self) -> Iterator[Metric]:
        work = self._recent_work()
        yield CounterMetricFamily("ecritures_lines", "Lines posted to a ledger.", work.lines)
        yield CounterMetricFamily("ecritures_bytes", "Bytes of the files posted.", work.bytes)
        yield _counter("ecritures_imports", "Imports that ended.", "status", work.imports)
        yield _counter("ecritures_attempts", "Attempts that ended.", "outcome", work.attempts)
        yield _counter("ecritures_anomalies", "Anomalies found.", "code", work.anomalies)
        phases = SummaryMetricFamily(
            "ecritures_phase_seconds", "Time spent in each phase of attempts.", labels=["phase"]
        )
        for phase, (count, seconds) in work.phases.items():
            phases.add_metric([phase], count, seconds)
        yield phases

    def _recent_work(self) -> Work:
        with self._lock:
            now = self._database.clock.now()
            if self._work is None or now - self._work[0] >= timedelta(seconds=WORK_SECONDS):
                self._work = now, read_work(self._database)
            return self._work[1]


def _counter(name: str, help_text: str, label: str, values: Mapping[str, int]) -> Metric:
    family = CounterMetricFamily(name, help_text, labels=[label])
    for value, count in values.items():
        family.add_metric([value], count)
    return family
