"""Traces and metrics for OpenTelemetry, when the environment names somebody who takes them.

The spans are made where the work is done, with the API alone (`calls.py`, `okta/watching.py`); without what is set up
here they cost next to nothing and go nowhere. Nothing in them names anybody: paths are templates, tools are ours.
"""

import importlib.util
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from okta_mcp import __version__
from okta_mcp.okta import OktaClient
from okta_mcp.okta.watching import Attempt
from okta_mcp.transports.calls import Calls, Seen

log = logging.getLogger("okta_mcp.telemetry")

_SIGNALS = ("TRACES", "METRICS")


@contextmanager
def telemetry(calls: Calls, okta: OktaClient) -> Iterator[None]:
    """Send traces and metrics while the server runs, as the standard variables say.

    A signal is sent when `OTEL_EXPORTER_OTLP_ENDPOINT`, or that of the signal alone, is set, or its exporter
    (`OTEL_TRACES_EXPORTER`, `OTEL_METRICS_EXPORTER`) is `otlp`; not when that is `none`, nor with `OTEL_SDK_DISABLED`.
    It goes by OTLP over HTTP; every other variable of the SDK and the exporter (headers, resource, sampler, intervals)
    is theirs.

    Args:
        calls: of clients.
        okta: the org's client.

    Source: OpenTelemetry, "Environment variable specification".
    """
    wanted = [signal for signal in _SIGNALS if _wanted(signal)]
    if not wanted:
        yield
        return
    if importlib.util.find_spec("opentelemetry.sdk") is None:
        log.warning("OTEL_* variables are set, but the SDK is missing: pip install 'okta-mcp[otel]'")
        yield
        return
    ends = [_set_up_traces() if signal == "TRACES" else _set_up_metrics(calls, okta) for signal in wanted]
    try:
        yield
    finally:
        for end in ends:
            end()


def _wanted(signal: str) -> bool:
    if os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return False
    exporter = os.environ.get(f"OTEL_{signal}_EXPORTER", "").strip().lower()
    if exporter and exporter not in {"otlp", "none"}:
        log.warning("OTEL_%s_EXPORTER: only otlp and none are known here; nothing is sent", signal)
    if exporter:
        return exporter == "otlp"
    return any(os.environ.get(f"OTEL_EXPORTER_OTLP_{part}ENDPOINT") for part in ("", f"{signal}_"))


def _resource() -> Any:
    from opentelemetry.sdk.resources import Resource

    told = Resource.create({"service.version": __version__})
    named = "OTEL_SERVICE_NAME" in os.environ or "service.name" in os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
    return told if named else told.merge(Resource({"service.name": "okta-mcp"}))


def _set_up_traces() -> Callable[[], None]:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.trace import set_tracer_provider

    provider = TracerProvider(resource=_resource())
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    set_tracer_provider(provider)
    return provider.shutdown


def _set_up_metrics(calls: Calls, okta: OktaClient) -> Callable[[], None]:
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader

    provider = MeterProvider([PeriodicExportingMetricReader(OTLPMetricExporter())], resource=_resource())
    measure(provider, calls, okta)
    return provider.shutdown


def measure(provider: Any, calls: Calls, okta: OktaClient) -> None:
    """Let a provider of meters have the duration of every call and of every request to Okta."""
    meter = provider.get_meter("okta_mcp", __version__)
    of_calls = meter.create_histogram("mcp.server.operation.duration", "s", "Duration of the requests of MCP clients")
    of_okta = meter.create_histogram("http.client.request.duration", "s", "Duration of the requests to Okta")

    def called(seen: Seen) -> None:
        about = {"mcp.method.name": seen.method}
        if seen.tool:
            about["gen_ai.tool.name"] = seen.tool
        if seen.outcome != "ok":
            about["error.type"] = seen.outcome
        of_calls.record(seen.seconds, about)

    def asked(attempt: Attempt) -> None:
        about = {"http.request.method": attempt.method, "url.template": attempt.path, **attempt.outcome}
        of_okta.record(attempt.seconds, about)

    calls.watchers.append(called)
    okta.watchers.append(asked)
