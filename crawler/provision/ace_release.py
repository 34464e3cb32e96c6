"""The one release of the second engine, IBM Equal Access (Apache-2.0, text in `Apache-2.0.txt` beside this).

Read by the build (`setup.py`) before any dependency is there: standard library only.
"""

from __future__ import annotations

from crawler.provision.release import Release

VERSION = "4.0.34"
RELEASE = Release(
    "accessibility-checker-engine",
    VERSION,
    "sha512-nGE7j5gI/914QLgt1tFcjM9kCr4EKx3HxctsZE8BobObYmQr+UoYsKdWVLowG4QHCB7G/F0Prr3kTwKENPHrcA==",
    {
        "ace.js.LICENSE.txt": "fbce4711a81f7f3c3b9e8276ef055ab2f01bb452190fbee531701a00a91d6a6c",
        "ace.js": "1fd7c18b2aa5ba3ec0444a275e2e08e2823c317316c6613d1c273d2a688760fa",
    },
)
