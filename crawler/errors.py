"""Errors of observing. What a site does is a `Failure` value; these are ours or the machine's.

- CrawlerError
  - CredentialError: a variable of the environment holds what can be no token
  - GuardError: the egress guard can't listen, or is asked before it does
"""

from __future__ import annotations


class CrawlerError(Exception):
    """Base of the errors that a command shows as one clear line."""


class CredentialError(CrawlerError):
    """A variable of the environment holds what can be no token; the message never shows it."""


class GuardError(CrawlerError):
    """The egress guard can't listen on the loopback interface, or is used before it listens."""
