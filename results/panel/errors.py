"""What can go wrong with a review that comes back."""

from __future__ import annotations

from results.errors import ResultsError

_SHOWN = 20


class ReviewFileError(ResultsError):
    """The file is no review of ours."""

    is_usage = True
    remedy = "Export the run with --format xlsx, fill in its review sheet, and save it as .xlsx."


class ReviewRowsError(ReviewFileError):
    """Rows that cannot be taken; nothing was imported."""

    remedy = "Correct them and import again; nothing was imported."

    def __init__(self, problems: tuple[str, ...]) -> None:
        shown = "\n".join(problems[:_SHOWN])
        more = f"\nand {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
        super().__init__(f"{shown}{more}\n")
        self.problems = problems
