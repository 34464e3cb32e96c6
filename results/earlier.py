"""An institution in an earlier run: what was answered of it, and which of its pages were looked at."""

from __future__ import annotations

from functools import cached_property

from msgspec.structs import replace
from sqlmodel import Session, col, select

from crawler.evidence import Institution, Sample
from results import models
from results.matching import matched
from results.records import RunRecord
from results.store import Store
from results.streaming import RunReader, SiteSummary


class EarlierRun:
    """A run that another leans on. Reads when asked, of one institution at a time: call it from a thread."""

    def __init__(self, store: Store, run_id: str) -> None:
        """RunNotFoundError."""
        self._store = store
        self._reader = RunReader(store.engine, run_id)

    @property
    def run(self) -> RunRecord:
        """The run without its sites."""
        return self._reader.run

    @cached_property
    def _institutions(self) -> dict[int, Institution]:
        return self._reader.institutions()

    def place(self, institution: Institution) -> int | None:
        """The institution's position in the run, None where it is not in it. As `results.matching`."""
        for pair in matched(tuple(self._institutions.values()), (institution,)).pairs:
            return tuple(self._institutions)[pair.before]
        return None

    def summary(self, institution: Institution) -> SiteSummary | None:
        """What the run says of the institution."""
        place = self.place(institution)
        return None if place is None else next(self._reader.sites([place]), None)

    def sample(self, institution: Institution) -> Sample | None:
        """The pages of the institution that the run looked at, as pinned from it; None where there are none.
        EvidenceError.
        """
        place = self.place(institution)
        if place is None:
            return None
        where = (models.Site.run_id == self.run.id, col(models.Site.position) == place)
        with Session(self._store.engine) as session:
            digest = session.exec(select(models.Site.evidence).where(*where)).first()
        sample = self._store.evidence.load_manifest(digest).site.sample if digest else None
        if sample is None or not (sample.random or sample.structured):
            return None
        return replace(sample, pinned_from=self.run.id)
