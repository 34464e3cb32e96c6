"""Events as structured log lines: an event's name and its values, with run, institution and page bound.

What is said goes through Python's `logging` (loggers `eindekss.…`), so that a program using this package
hears nothing it did not ask for; `schedules.logs` shows it for the command. Nothing global is configured.
"""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager
from typing import cast

import structlog
from structlog.stdlib import BoundLogger, ProcessorFormatter

from crawler.evidence import Failure

ROOT = "eindekss"
# Without a handler Python would print warnings raw on standard error.
logging.getLogger(ROOT).addHandler(logging.NullHandler())


def logger(name: str) -> BoundLogger:
    """The logger of one part: `logger("browser").info("browser_started", why="first")`."""
    return cast(
        "BoundLogger",
        structlog.wrap_logger(
            logging.getLogger(f"{ROOT}.{name}"),
            processors=[
                structlog.stdlib.filter_by_level,
                structlog.contextvars.merge_contextvars,
                structlog.stdlib.add_log_level,
                ProcessorFormatter.wrap_for_formatter,
            ],
            wrapper_class=BoundLogger,
            context_class=dict,
            cache_logger_on_first_use=True,
        ),
    )


def about(**values: object) -> AbstractContextManager[None]:
    """Every event inside names these: `run`, `institution`, `page`. Tasks begun inside keep them."""
    return structlog.contextvars.bound_contextvars(**values)


def failure_words(failure: Failure | None) -> dict[str, str]:
    """A failure as an event's values; nothing where there was none."""
    return {"failure": failure.reason.value, "detail": failure.detail[:200]} if failure else {}
