"""Kinds of values that several threads read for the first time at once."""

from __future__ import annotations

import subprocess
import sys

_RACE = """
import sys, threading
import msgspec
from schedules.known_types import know_types

sys.setswitchinterval(1e-6)
lines = ["from __future__ import annotations", "import datetime", "import msgspec"]
for kind in range(600):
    lines += [f"class K{kind}(msgspec.Struct):"]
    lines += [f"    f{n}: dict[str, int] | None = None" for n in range(9)]
    lines += [f"    inner: K{kind - 1} | None = None"] if kind % 30 else []
lines += ["class Unreadable(msgspec.Struct):", "    moment: datetime.datetime | str"]
exec("\\n".join(lines))
know_types()
text = b'{"f1":{"a":1}}'
for _ in range(29):
    text = b'{"f1":{"a":1},"inner":' + text + b"}"
for outer in range(29, 600, 30):
    kind, together = globals()[f"K{outer}"], threading.Barrier(4)
    def read():
        together.wait()
        msgspec.json.decode(text, type=kind)
    threads = [threading.Thread(target=read) for _ in range(4)]
    [one.start() for one in threads]
    [one.join() for one in threads]
print("read")
"""


def test_threads_that_read_a_new_kind_at_once_do_not_end_the_process() -> None:
    done = subprocess.run([sys.executable, "-c", _RACE], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "read\n"), done.stderr
