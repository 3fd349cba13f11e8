"""What Prometheus reads: requests by route, and the state of queue, mails and dossiers.

Requests are counted by each web process in files under ``HOME/run/metrics`` (the library's multi-process
mode, on when the supervisor sets ``PROMETHEUS_MULTIPROC_DIR``); the database gives the rest when asked.
"""

import os
from collections.abc import Iterator

from django.apps import apps
from django.db.models import Count
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import REGISTRY, Collector

REQUESTS = Counter(
    "bacasable_requests_total", "Requests answered, by route name.", ["route", "method", "status"]
)
SECONDS = Histogram(
    "bacasable_request_seconds",
    "Time to answer, in seconds, by route name.",
    ["route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10),
)
METHODS = {"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"}

#: (metric, help, model, column whose values are counted)
COUNTED = (
    ("bacasable_tasks", "Tasks of the queue, by status.", "django_tasks_database.DBTaskResult", "status"),
    ("bacasable_mails", "Outgoing mails, by state.", "people.OutgoingMail", "state"),
    ("bacasable_dossiers", "Dossiers, by state.", "programme.Dossier", "state"),
)


def count_request(route: str, method: str, status: int, seconds: float) -> None:
    """Count one answered request."""
    REQUESTS.labels(route, method if method in METHODS else "other", str(status)).inc()
    SECONDS.labels(route).observe(seconds)


class DatabaseCollector(Collector):
    """Counts read from the database at the moment of asking."""

    def collect(self) -> Iterator[Metric]:
        from bacasable.portal.worker import heartbeats

        has_programme = apps.is_installed("bacasable.programme")
        for name, text, label, column in COUNTED:
            if not has_programme and label.startswith("programme."):
                continue
            family = GaugeMetricFamily(name, text, labels=[column])
            rows = apps.get_model(label).objects.order_by().values_list(column).annotate(Count("pk"))
            for value, count in rows:
                family.add_metric([str(value).lower()], count)
            yield family
        if has_programme:
            deposits = GaugeMetricFamily("bacasable_deposits", "Versions deposited since the beginning.")
            deposits.add_metric([], apps.get_model("programme.Version").objects.count())
            yield deposits
        alive = GaugeMetricFamily("bacasable_workers", "Workers whose heart beats.")
        alive.add_metric([], len(heartbeats()))
        yield alive


def exposition() -> bytes:
    """Return everything in Prometheus' text format."""
    counted = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        multiprocess.MultiProcessCollector(counted)
        requests = generate_latest(counted)
    else:
        requests = generate_latest(REGISTRY)
    read = CollectorRegistry()
    read.register(DatabaseCollector())
    return requests + generate_latest(read)
