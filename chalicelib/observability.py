"""The Powertools logger and metrics of every function."""

from functools import lru_cache

from aws_lambda_powertools import Logger, Metrics, single_metric
from aws_lambda_powertools.metrics import MetricUnit

logger = Logger(service="showrunner", use_rfc3339=True)


def count(name: str) -> None:
    """One more of something that an alarm watches."""
    with single_metric(name, MetricUnit.Count, 1, namespace="Showrunner") as metric:
        metric.add_dimension("service", "showrunner")


@lru_cache
def metrics() -> Metrics:
    """CloudWatch metrics in the embedded format."""
    return Metrics(namespace="Showrunner", service="showrunner")
