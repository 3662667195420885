"""Traces are sent only where an address is given."""

from __future__ import annotations

from opentelemetry import trace

from ecritures.config.traces import configure_traces


def test_nothing_is_sent_without_an_address(monkeypatch):
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    before = trace._TRACER_PROVIDER
    configure_traces("ecritures")
    assert trace._TRACER_PROVIDER is before
