"""The studio of the pipeline's tests, to measure with."""

from tests.integration.pipelines.conftest import hurried, studio, studio_up

__all__ = ["hurried", "studio", "studio_up"]
