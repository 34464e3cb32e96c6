"""What holds for every test."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from tests.postgres import database, postgresql, postgresql_cluster
from tests.s3 import s3_bucket, s3_server

__all__ = ["database", "postgresql", "postgresql_cluster", "s3_bucket", "s3_server"]

# How fast examples are made, and how many are thrown away, depends on the machine and on chance; neither
# says anything of the product, and a busy machine must not fail a suite.
settings.register_profile(
    "house", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
settings.load_profile("house")
