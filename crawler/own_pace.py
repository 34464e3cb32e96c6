"""The rate that one site's audit keeps at the site's own hosts, where it is not the run's."""

from __future__ import annotations

from crawler.evidence import AuditSettings, Institution
from crawler.urls import SiteScope, normalise


class OwnPace:
    """Requests a second at the hosts of one site; elsewhere the run's rate holds, for other sites' audits ask
    there too.
    """

    def __init__(self, rate: float | None = None, scope: SiteScope | None = None) -> None:
        """`rate` None: the run's rate holds everywhere. `scope`: the site that the operator named."""
        self._rate, self._scope = rate, scope
        self._reached: SiteScope | None = None
        self._most: float | None = None

    @classmethod
    def of(cls, institution: Institution, settings: AuditSettings) -> OwnPace:
        """That of an institution, whose own settings may have a rate."""
        start = normalise(institution.url.strip())
        if start is None or "rate" not in institution.own_settings:
            return cls()
        return cls(settings.rate, SiteScope.of(start, institution.allowed_hosts))

    def reached(self, scope: SiteScope, rate: float) -> None:
        """The address given has led to this site. What the operator asked for holds there too where it is
        gentler than the run's `rate`: nobody named that site to be asked harder.
        """
        if self._rate is not None:
            self._reached, self._most = scope, min(self._rate, rate)

    def at(self, url: str) -> float | None:
        """Requests a second for a URL's host; None: the run's."""
        if self._scope is not None and self._scope.contains(url):
            return self._rate
        return self._most if self._reached is not None and self._reached.contains(url) else None
