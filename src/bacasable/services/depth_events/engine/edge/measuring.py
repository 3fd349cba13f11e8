"""Figures of an edge for Prometheus, on the loopback: frames, their speed, what was dropped; of nobody."""

from collections.abc import Iterator, Sequence
from typing import Any

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from bacasable.exchange.mqtt import Client
from bacasable.services.depth_events.engine.edge.post import Post
from bacasable.services.depth_events.engine.edge.webhooks import Webhooks
from bacasable.services.depth_events.engine.messages import HEALTHS

_BOUNDS_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0)


class Latency:
    """How long after a frame was read its message was handed over, in seconds, by bucket."""

    def __init__(self) -> None:
        self.counts = [0] * (len(_BOUNDS_S) + 1)
        self.sum_s = 0.0

    def add(self, seconds: float) -> None:
        """Count one."""
        self.sum_s += seconds
        for at, bound in enumerate(_BOUNDS_S):
            if seconds <= bound:
                self.counts[at] += 1
                return
        self.counts[-1] += 1

    def buckets(self) -> list[tuple[str, float]]:
        """Return counts up to each bound, as Prometheus adds them up."""
        told, total = [], 0
        for bound, count in zip((*map(str, _BOUNDS_S), "+Inf"), self.counts, strict=True):
            total += count
            told.append((bound, float(total)))
        return told


class Figures(Collector):
    """Reads the figures of an edge when they are asked for."""

    def __init__(self, posts: Sequence[Post], client: Client, webhooks: Webhooks, latency: Latency) -> None:
        self._posts, self._client, self._webhooks, self._latency = posts, client, webhooks, latency

    def collect(self) -> Iterator[Metric]:
        """Yield each figure."""
        frames = CounterMetricFamily("bacasable_depth_frames", "Frames processed.", labels=["sensor"])
        dropped = CounterMetricFamily(
            "bacasable_depth_frames_dropped", "Frames not processed.", labels=["sensor", "why"]
        )
        states = GaugeMetricFamily("bacasable_depth_sensors", "Sensors in each state.", labels=["state"])
        for post in self._posts:
            frames.add_metric([post.plan.key], post.frames)
            for why, count in list(post.dropped.items()):
                dropped.add_metric([post.plan.key, why], count)
        for state in HEALTHS:
            states.add_metric([state], sum(post.state == state for post in self._posts))
        yield from (frames, dropped, states)
        outbox = self._client.outbox
        yield _gauge(
            "bacasable_depth_broker_connected", "Whether the broker is there.", self._client.connected
        )
        yield _gauge("bacasable_depth_messages_waiting", "Messages that wait for the broker.", len(outbox))
        given_up = CounterMetricFamily(
            "bacasable_depth_messages_dropped", "Messages given up.", labels=["sort"]
        )
        for sort, count in outbox.dropped.items():
            given_up.add_metric([sort], count)
        hooks = CounterMetricFamily("bacasable_depth_webhooks", "Notifications.", labels=["outcome"])
        for outcome in ("told", "failed", "dropped"):
            hooks.add_metric([outcome], self._webhooks.counted[outcome])
        yield from (given_up, hooks)
        yield HistogramMetricFamily(
            "bacasable_depth_frame_to_message_seconds",
            "From a frame that was read to its message, handed over.",
            buckets=self._latency.buckets(),
            sum_value=self._latency.sum_s,
        )


def _gauge(name: str, said: str, value: float) -> Metric:
    return GaugeMetricFamily(name, said, value=float(value))


def serve(figures: Figures, port: int) -> tuple[Any, Any]:
    """Answer to Prometheus on the loopback at ``port``; return its server and thread."""
    registry = CollectorRegistry()
    registry.register(figures)
    return start_http_server(port, addr="127.0.0.1", registry=registry)
