"""The Powertools logger and metrics of every function."""

from functools import lru_cache

from aws_lambda_powertools import Logger, Metrics

logger = Logger(service="showrunner", use_rfc3339=True)


@lru_cache
def metrics() -> Metrics:
    """CloudWatch metrics in the embedded format."""
    return Metrics(namespace="Showrunner", service="showrunner")
