"""What is counted, for Prometheus: calls, HTTP requests and requests to Okta. No name of anybody, no id of anything."""

from typing import TYPE_CHECKING

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from okta_mcp import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prometheus_client.metrics_core import Metric

    from okta_mcp.guard.audit import Tally
    from okta_mcp.okta import OktaClient
    from okta_mcp.okta.watching import Attempt
    from okta_mcp.transports.callers import TokensFile
    from okta_mcp.transports.calls import Calls, Seen
    from okta_mcp.transports.readiness import Readiness

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""Prometheus text exposition format."""

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """The counts of one server process.

    Args:
        calls: those of clients are counted.
        okta: its requests are counted, and its rate limits shown.
        readiness: is shown as it was last found out; being looked at asks Okta nothing.
        file: of the tokens that are let in.
        tally: the writes so far.
    """

    def __init__(
        self,
        calls: "Calls",
        okta: "OktaClient",
        readiness: "Readiness",
        file: "TokensFile | None" = None,
        tally: "Tally | None" = None,
    ) -> None:
        self._registry = registry = CollectorRegistry()
        self._calls = Counter("okta_mcp_calls", "Messages of clients", ("method", "tool", "outcome"), registry=registry)
        self._call_seconds = Histogram(
            "okta_mcp_call_seconds", "Until the answer", ("method", "tool"), registry=registry, buckets=_SECONDS
        )
        self._http = Counter("okta_mcp_http_requests", "HTTP requests", ("path", "status"), registry=registry)
        self._refused = Counter("okta_mcp_http_refused", "HTTP requests over a bound", ("bound",), registry=registry)
        self._okta = Counter(
            "okta_mcp_okta_requests", "Requests to Okta", ("method", "path", "status"), registry=registry
        )
        self._okta_seconds = Histogram(
            "okta_mcp_okta_request_seconds",
            "Until Okta's answer",
            ("method", "path"),
            registry=registry,
            buckets=_SECONDS,
        )
        self.open = Gauge("okta_mcp_http_open", "HTTP requests and streams open now", ("kind",), registry=registry)
        for kind in ("request", "stream"):
            self.open.labels(kind)
        registry.register(_Now(calls, okta, readiness, file, tally))
        ProcessCollector(registry=registry)
        calls.watchers.append(self._called)
        okta.watchers.append(self._asked)

    def answered(self, path: str, status: int) -> None:
        """Count an HTTP request."""
        self._http.labels(path, str(status)).inc()

    def refused(self, bound: str) -> None:
        """Count an HTTP request that was over a bound."""
        self._refused.labels(bound).inc()

    def text(self) -> bytes:
        """Return all of it."""
        lines = generate_latest(self._registry).splitlines(keepends=True)
        # When a series began: as many lines again, of no use to anybody.
        return b"".join(line for line in lines if b"_created" not in line.partition(b"{")[0])

    def _called(self, seen: "Seen") -> None:
        tool = seen.tool or ""
        self._calls.labels(seen.method, tool, seen.outcome).inc()
        self._call_seconds.labels(seen.method, tool).observe(seen.seconds)

    def _asked(self, attempt: "Attempt") -> None:
        came = attempt.failure if attempt.status is None else str(attempt.status)
        self._okta.labels(attempt.method, attempt.path, came or "").inc()
        self._okta_seconds.labels(attempt.method, attempt.path).observe(attempt.seconds)


class _Now(Collector):
    """What is not counted but looked up when somebody asks."""

    def __init__(
        self,
        calls: "Calls",
        okta: "OktaClient",
        readiness: "Readiness",
        file: "TokensFile | None",
        tally: "Tally | None",
    ) -> None:
        self._file = file
        self._tally = tally
        self._calls = calls
        self._okta = okta
        self._readiness = readiness

    def describe(self) -> "Iterable[Metric]":
        """Return nothing: the names are known without looking."""
        return ()

    def collect(self) -> "Iterator[Metric]":
        """Look everything up."""
        build = GaugeMetricFamily("okta_mcp_build", "Of which version this is", labels=("version",))
        build.add_metric((__version__,), 1)
        yield build
        yield GaugeMetricFamily("okta_mcp_ready", "Whether it can do its work", value=self._readiness.known)
        trouble = GaugeMetricFamily("okta_mcp_okta_trouble", "Why Okta cannot be used", labels=("reason",))
        for reason, present in self._readiness.with_okta.items():
            trouble.add_metric((reason,), present)
        yield trouble
        yield GaugeMetricFamily("okta_mcp_draining", "Whether it is ending", value=self._readiness.draining)
        yield GaugeMetricFamily("okta_mcp_calls_under_way", "Calls without an answer", value=self._calls.under_way)
        if self._tally is not None:
            writes = CounterMetricFamily("okta_mcp_writes", "Writes, by how they ended", labels=("result",))
            for result, count in self._tally.ended.items():
                writes.add_metric((result,), count)
            yield writes
            writable = self._tally.writable
            yield GaugeMetricFamily("okta_mcp_audit_up", "Whether the audit trail could be written", value=writable)
        if self._file is not None:
            yield GaugeMetricFamily("okta_mcp_tokens", "Fixed tokens that are let in", value=self._file.held)
            usable = self._file.trouble is None
            yield GaugeMetricFamily("okta_mcp_tokens_file_up", "Whether the file of tokens can be used", value=usable)
        if self._okta.shared.configured:
            there = not self._okta.shared.lost
            yield GaugeMetricFamily("okta_mcp_redis_up", "Whether Redis answered when last asked", value=there)
        left = GaugeMetricFamily("okta_mcp_okta_rate_limit_remaining", "As last told by Okta", labels=("endpoint",))
        for endpoint, limit in sorted(self._okta.rate_limits.items()):
            if not limit.concurrency:
                left.add_metric((endpoint,), limit.remaining)
        yield left
        under_way, bound = self._okta.at_once
        yield GaugeMetricFamily(
            "okta_mcp_okta_requests_under_way", "Requests to Okta without an answer", value=under_way
        )
        yield GaugeMetricFamily("okta_mcp_okta_requests_at_once", "How many of them there may be", value=bound)
        budget = GaugeMetricFamily("okta_mcp_okta_budget_left", "Requests left in this window", labels=("bucket",))
        waiting = GaugeMetricFamily("okta_mcp_okta_requests_waiting", "For their turn", labels=("bucket", "priority"))
        for standing in self._okta.standings():
            budget.add_metric((standing.bucket,), standing.left)
            waiting.add_metric((standing.bucket, "interactive"), standing.people)
            waiting.add_metric((standing.bucket, "bulk"), standing.bulk)
        yield budget
        yield waiting
