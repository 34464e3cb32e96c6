"""What holds for every test."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from tests.postgres import database, postgresql, postgresql_cluster
from tests.s3 import s3_bucket, s3_server

__all__ = ["database", "postgresql", "postgresql_cluster", "s3_bucket", "s3_server"]

# How fast examples are made, and how many are thrown away, depends on the machine and on chance; neither
# says anything of the product, and a busy machine must not fail a suite.
_ANY_SPEED = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
# Half of Hypothesis' own number: the whole suite has ten minutes. `--hypothesis-profile thorough` takes ten
# times as many.
settings.register_profile("house", _ANY_SPEED, max_examples=50)
settings.register_profile("thorough", _ANY_SPEED, max_examples=500)
settings.load_profile("house")
