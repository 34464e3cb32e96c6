"""What can go wrong with a review that comes back."""

from __future__ import annotations

from results.errors import ResultsError
from results.language import _

_SHOWN = 20


class ReviewFileError(ResultsError):
    """The file is no review of ours."""

    is_usage = True
    remedy = "Export the run with --format xlsx, fill in its review sheet, and save it as .xlsx."


class ReviewRowsError(ReviewFileError):
    """Rows that cannot be taken; nothing was imported."""

    remedy = "Correct them and import again; nothing was imported."

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems

    @property
    def lines(self) -> tuple[str, ...]:
        """The first problems, and how many more there are."""
        left = len(self.problems) - _SHOWN
        more = (_("… and {n} more of these").format(n=left),) if left > 0 else ()
        return (*self.problems[:_SHOWN], *more)
