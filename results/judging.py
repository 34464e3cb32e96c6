"""The options by which evidence is judged, the same for every command that judges."""

from __future__ import annotations

from typing import Annotated

import typer

from checks.accessibility import formulas, targets
from checks.check import JudgementSettings
from checks.errors import ChecksError

_HOW = "How to judge"
_FORMULAS = ", ".join(formulas.FORMULAS)
_TARGETS = ", ".join(targets.TARGETS)


def _known_formula(wanted: str | None) -> str | None:
    """The name as given. Raises BadParameter, which ends the command with 2 and names the choices."""
    try:
        return wanted and formulas.formula(wanted).id
    except ChecksError as error:
        raise typer.BadParameter(str(error)) from error


def _known_target(wanted: str | None) -> str | None:
    """The name as given. Raises BadParameter."""
    try:
        return wanted and targets.target(wanted).id
    except ChecksError as error:
        raise typer.BadParameter(str(error)) from error


FormulaOption = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help=f"How to count: {_FORMULAS}.", callback=_known_formula, rich_help_panel=_HOW
    ),
]
TargetOption = Annotated[
    str | None,
    typer.Option(metavar="NAME", help=f"Judge by: {_TARGETS}.", callback=_known_target, rich_help_panel=_HOW),
]


NewsDaysOption = Annotated[
    int | None,
    typer.Option(min=1, max=999, help="Days that the newest news may be old (14).", rich_help_panel=_HOW),
]


def judgement_settings(
    *, formula: FormulaOption = None, target: TargetOption = None, news_days: NewsDaysOption = None
) -> JudgementSettings:
    """The settings chosen on a command line, the questionnaire's where nothing was chosen."""
    return chosen(formula, target, JudgementSettings(), news_days=news_days)


def chosen(
    formula: str | None, target: str | None, otherwise: JudgementSettings, *, news_days: int | None = None
) -> JudgementSettings:
    """The settings chosen; what was not chosen is taken from `otherwise`."""
    return JudgementSettings(
        formula=formula or otherwise.formula,
        target=target or otherwise.target,
        news_days=news_days or otherwise.news_days,
    )
