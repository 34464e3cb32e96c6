"""Which module writes which format."""

from __future__ import annotations

from results.ci.policy import Verdict
from results.records import RunRecord


def machine_format(name: str, run: RunRecord, verdict: Verdict | None) -> bytes:
    """The run in a format of build servers, or as EARL; KeyError where `name` is none of them."""
    if name == "earl":
        from results.exports.earl import earl

        return earl(run)
    from results.ci.formats.github import github
    from results.ci.formats.gitlab import gitlab
    from results.ci.formats.junit import junit
    from results.ci.formats.markdown import markdown
    from results.ci.formats.sarif import sarif

    writers = {"github": github, "gitlab": gitlab, "junit": junit, "markdown": markdown, "sarif": sarif}
    return writers[name](run, verdict)
