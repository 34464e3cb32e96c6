"""Sentences that are made where no language is known, told in the language spoken: typer's, the crawler's,
and those of errors that are raised as whole texts.

Each is known by its English form with a `{name}` for what stands in it. What is not known stays in English.
"""

from __future__ import annotations

import re
from functools import cache

from results.language import N_, Language, _, language

_OF_TYPER = (
    N_("Missing argument {name}."),
    N_("Missing argument {name}. {what}"),
    N_("Missing option {name}."),
    N_("Missing option {name}. {what}"),
    N_("Missing command."),
    N_("Choose from: {names}"),
    N_("Invalid value: {what}"),
    N_("Invalid value for {name}: {what}"),
    N_("No such option: {name}"),
    N_("No such option: {name} (Possible options: {names})"),
    N_("No such command {name}."),
    N_("No such command {name}. Did you mean {names}?"),
    N_("Option {name} does not take a value."),
    N_("Option {name} requires an argument."),
    N_("Got unexpected extra argument(s) ({names})"),
    N_("Value error, {what}"),
    N_("Value error, {name} is not one of {names}."),
    N_("Input should be greater than or equal to {n}"),
    N_("Input should be less than or equal to {n}"),
    N_("Input should be a valid integer, unable to parse string as an integer"),
    N_("Input should be a valid number, unable to parse string as a number"),
    N_("file {path} does not exist."),
    N_("file {path} is a directory."),
    N_("file {path} is not readable."),
)
_OF_THE_CRAWLER = (
    N_("a secret stands in the environment: give env:NAME, the name of its variable"),
    N_("a header is 'NAME: env:VARIABLE', and not one that the crawler sends itself"),
    N_("the value of {name} is printable ASCII"),
    N_("a cookie is 'NAME=env:VARIABLE'"),
    N_("{name} is not set"),
    N_("{name} holds less than {n} characters: too few to be hidden"),
    N_("{name} holds what no header can carry"),
    N_("{name} holds what no cookie can carry"),
    N_("{name} does not hold user:password"),
    N_("{name} holds no token: one has 8 characters or more, no spaces"),
    N_("{path} can't be read: {what}"),
    N_("{path} is no TOML file"),
    N_("{path}: `start` is a whole URL, with `fields` and `submit`"),
    N_("{path}: `success` needs a `url` pattern or a `selector`"),
    N_("a pattern is not empty"),
    N_("{name} is no regular expression: {what}"),
    N_("a contact is an e-mail address or URL in ASCII, without brackets or semicolons"),
    N_("No axe-core at {path}: {what}."),
    N_("correct EINDEKSS_AXE"),
    N_("run the set-up again (make setup)"),
    N_("{path} is not axe-core 4.3 or later."),
    N_(
        "No second engine: {names} in {path} missing or not {name}. Run the set-up again (make setup), or "
        "leave --second-engine away."
    ),
    N_("{path} does not start: {what}"),
    N_("the egress guard can't listen on 127.0.0.1: {what}"),
)
_OF_THE_CHECKS = (
    N_("unknown formula {name}; there are {names}"),
    N_("unknown target {name}; there are {names}"),
)
_OF_THE_GATE = (
    N_("there is no percentage"),
    N_("no check answered it"),
    N_("the second engine did not run: --second-engine"),
    N_("no page was evaluated"),
    N_("a check broke off: {names}"),
    N_("the phone's view could not be judged"),
)
"""Of `results.ci.policy`, which keeps them with its verdicts."""
_OF_RESULTS = (
    N_("There is no run {run}."),
    N_("There is no run {run} with a judgement."),
    N_("There is no run {run} with such a judgement."),
    N_("There is a run {run} already."),
    N_("There is no judgement {n}."),
    N_("Run {run} has no site {url}."),
    N_("Run {run} has no site number {n}."),
    N_("Run {run} has no judgement {n}."),
    N_("Run {run} is {state}; there is nothing to cancel."),
    N_("Run {run} is {state}."),
    N_("Run {run} is under way: its results still come in."),
    N_("Run {run} ({source}) can't be judged: nothing was observed."),
    N_("The evidence of run {run} was pruned on {day}; its pages can't be read."),
    N_("{name} is no SHA-256 digest."),
    N_("Evidence {name} is not in {path}."),
    N_("Evidence {name} is something else: {what}."),
    N_("Evidence {name} cannot be read: {what}."),
    N_("Evidence {name} is damaged: its content has another hash."),
    N_("Evidence at {path} can't be pruned under a run."),
    N_("At {path} lies another database's evidence."),
    N_("{path} is not this database's evidence, which lies at {other}."),
    N_("{path} cannot be read: {what}."),
    N_("Evidence at {url} needs a package that is not installed: {what}."),
    N_("{path} is no address for evidence: {what}."),
    N_("{n} institutions of the study are not listed: {name}."),
    N_("{n} institutions of the registry are called “{name}”, and the row has no registration number."),
    N_("{url}: attempt {n} is not the newest of this task any more."),
    N_("No Chromium was found to print the report with."),
    N_("Chromium does not print: {what}"),
)
_PLACE = re.compile(r"\{(\w+)\}")
_SENTENCES = frozenset({"what"})
"""Names of what is a sentence itself."""


def spoken(text: str) -> str:
    """The sentence in the language spoken; as it is where that is English, or nobody knows it."""
    if language() is Language.EN:
        return text
    whole = " ".join(text.split())
    for template, pattern in _patterns():
        if found := pattern.fullmatch(whole):
            values = found.groupdict()
            told = {name: spoken(value) if name in _SENTENCES else value for name, value in values.items()}
            return _(template).format(**told)
    return _(text)


def is_known(text: str) -> bool:
    """Whether it is one of these."""
    return any(pattern.fullmatch(" ".join(text.split())) for _template, pattern in _patterns())


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Each with its pattern; what says more goes first."""
    every = (*_OF_TYPER, *_OF_THE_CRAWLER, *_OF_THE_CHECKS, *_OF_THE_GATE, *_OF_RESULTS)
    ordered = sorted(every, key=lambda one: -len(_PLACE.sub("", one)))
    return tuple((one, _pattern(one)) for one in ordered)


def _pattern(template: str) -> re.Pattern[str]:
    """What the template says, with something at each place."""
    literal = _PLACE.split(template)
    parts = [re.escape(part) if not place % 2 else f"(?P<{part}>.+?)" for place, part in enumerate(literal)]
    return re.compile("".join(parts))
