"""Threads share the C library's memory pools."""

import subprocess
import sys

import pytest

CODE = """
import re, sys, threading
from pathlib import Path
from rt_notebook.server.memory import limit_arenas

if sys.argv[1] == "limited":
    limit_arenas()
hold, threads = threading.Event(), []
for _ in range(12):
    thread = threading.Thread(target=lambda: (bytearray(70_000), hold.wait()), daemon=True)
    thread.start()
    threads.append(thread)
# A pool of a thread is mapped as 64 MB of address space: what is used of it, and the rest without access.
print(len(re.findall(r"---p 00000000 00:00 0 *\\n", Path("/proc/self/maps").read_text())))
hold.set()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc has arenas")
def test_threads_share_two_pools() -> None:
    def pools(how: str) -> int:
        done = subprocess.run([sys.executable, "-c", CODE, how], capture_output=True, text=True, check=True)
        return int(done.stdout)

    free, limited = pools("free"), pools("limited")
    assert limited < free
