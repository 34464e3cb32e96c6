"""`python -m crawler.provision engines|chromium …`: make sure that each is there; exit code 4 if not."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from crawler.provision.chromium import provision_chromium
from crawler.provision.command import say
from crawler.provision.engines import provision_engines
from crawler.provision.errors import ProvisionError

_PARTS: dict[str, Callable[[dict[str, str]], str]] = {
    "engines": provision_engines,
    "chromium": provision_chromium,
}


def main(arguments: list[str]) -> int:
    """Provision the named parts (all of them without a name); 0, 2 on usage, 4 where one can't be had."""
    unknown = [argument for argument in arguments if argument not in _PARTS]
    if unknown:
        say(f"unknown part {unknown[0]!r}; the parts are: {', '.join(_PARTS)}")
        return 2
    try:
        for part in arguments or _PARTS:
            say(_PARTS[part](dict(os.environ)))
    except ProvisionError as error:
        say(str(error))
        return 4
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
