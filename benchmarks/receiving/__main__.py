"""What receiving costs, CPU an event: parsed, logged and kept, beside the floor and the peers in the same run.

python -m benchmarks.receiving [--events 40000] [--runs 5]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from statistics import median

TOLD = {
    "floor": "websockets, orjson, kept nowhere: the floor",
    "list": "the same, stdlib base64, a list",
    "rt_notebook": "rt_notebook: log and conversation",
    "openai": "openai AsyncOpenAI().realtime",
    "agents": "openai-agents OpenAIRealtimeWebSocketModel",
}


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--events", type=int, default=40_000)
    parser.add_argument("--runs", type=int, default=5, help="of each client, in turns")
    options = parser.parse_args()
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.receiving.stream", str(options.events)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        port = server.stdout.readline().strip()
        spent: dict[str, list[float]] = {name: [] for name in TOLD}
        for _ in range(options.runs):
            for name, times in spent.items():
                times.append(_measured(name, port, options.events))
    finally:
        server.kill()
    # Pairs of one round have had the same neighbours on the machine.
    print(f"{'client':<46} {'us/event':>9} {'ratio to the floor':>19} {'slower than us':>15}")
    for name, told in TOLD.items():
        to_floor = median(a / b for a, b in zip(spent[name], spent["floor"], strict=True))
        to_us = median(a / b for a, b in zip(spent[name], spent["rt_notebook"], strict=True))
        print(f"{told:<46} {median(spent[name]):9.1f} {to_floor:19.2f} {to_us:15.2f}")


def _measured(name: str, port: str, events: int) -> float:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.receiving.clients", name, port, str(events)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stderr}")
    return float(done.stdout.split()[-1])


if __name__ == "__main__":
    main()
