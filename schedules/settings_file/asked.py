"""The options that may stand anywhere on a command line, for they say how all the rest is read."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

_WITH_VALUE = ("--lang", "--config")
_FLAG = "--no-config"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a command line asks for, of each the last."""

    rest: tuple[str, ...]
    """The other arguments, in their order."""
    lang: str | None = None
    config: str | None = None
    no_config: bool = False

    @property
    def is_for_help(self) -> bool:
        """Whether nothing will be carried out."""
        before = self.rest[: self.rest.index("--")] if "--" in self.rest else self.rest
        return not self.rest or "--help" in before or self.rest[0] == "--version"


def asked(arguments: Iterable[str]) -> Asked:
    """The arguments taken apart; from `--` on nothing is looked at. No value is an empty one."""
    rest: list[str] = []
    values: dict[str, str] = {}
    no_config = False
    left = iter(arguments)
    for one in left:
        name, equals, value = one.partition("=")
        if one == "--":
            rest += [one, *left]
        elif name in _WITH_VALUE:
            values[name] = value if equals else next(left, "")
        elif one == _FLAG:
            no_config = True
        else:
            rest.append(one)
    lang, config = (values.get(name) for name in _WITH_VALUE)
    return Asked(rest=tuple(rest), lang=lang, config=config, no_config=no_config)
