"""The command line: ``rt-notebook demo`` and ``rt-notebook serve``."""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return the process's exit status."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        # As in `rt-notebook demo | head`: the reader has seen enough. What is still buffered must go nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("rt-notebook", description="The Realtime API in a notebook, offline if need be.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    demo = commands.add_parser("demo", help="one spoken turn offline: transcript, latencies and the event table")
    demo.set_defaults(run=_demo)
    demo.add_argument("--say", metavar="TEXT", help="what to ask, spoken by the local voice")
    demo.add_argument("--audio", metavar="FILE", type=Path, help="a recording of the question instead")
    serve = commands.add_parser("serve", help="run the local Realtime server until Ctrl-C")
    serve.set_defaults(run=_serve)
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s, this machine)")
    serve.add_argument("--port", type=_port, default=0, help="port to listen on (default: a free one)")
    serve.add_argument(
        "--token", type=_token, help="what clients have to show as API key (default: a random one, printed)"
    )
    serve.add_argument(
        "--max-sessions", type=_count, metavar="N", default=64, help="sessions at a time (default: %(default)s)"
    )
    serve.add_argument(
        "--fault",
        action="append",
        metavar="NAME=VALUE",
        default=[],
        help="what is to go wrong in every session, for lessons: latency or jitter (ms), drop or expiry (s), "
        "error=N (every N-th response fails), duplicate-call=on, seed=N; may be given several times",
    )
    serve.add_argument("--json", action="store_true", help="print URL and token as one line of JSON")
    serve.add_argument("--verbose", action="store_true", help="log engines, latencies and failures to standard error")
    serve.add_argument("--no-look-ahead", action="store_true", help=argparse.SUPPRESS)  # to measure what it brings
    serve.add_argument("--exit-with-parent", action="store_true", help=argparse.SUPPRESS)
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; a port is a number up to 65535")
    return int(text)


def _token(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("a token is not empty; leave --token out for a random one")
    return text


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of 1 or more")
    return int(text)


def _demo(options: argparse.Namespace) -> int:
    try:
        from rt_notebook.demo import QUESTION, demo
    except ModuleNotFoundError as error:
        return _missing(error)
    return demo(options.say or QUESTION, options.audio)


def _missing(error: ModuleNotFoundError) -> int:
    print(f"The local server needs the package {error.name}: pip install 'rt-notebook[local]'", file=sys.stderr)
    return 1


def _serve(options: argparse.Namespace) -> int:
    # The server's libraries load here, so that the command line and `import rt_notebook` stay light.
    import asyncio
    import contextlib
    import secrets

    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.ERROR)
    logging.getLogger("rt_notebook.server").setLevel(logging.INFO if options.verbose else logging.ERROR)
    try:
        from rt_notebook.server.app import RealtimeApp
        from rt_notebook.server.faults import parse
        from rt_notebook.server.registry import load_engine
        from rt_notebook.server.serving import listen, run
        from rt_notebook.server.toolbox import Toolbox
    except ModuleNotFoundError as error:
        return _missing(error)
    try:
        faults = parse(options.fault)
    except ValueError as error:
        print(f"rt-notebook serve: --fault: {error}", file=sys.stderr)
        return 2
    try:
        listener = listen(options.host, options.port)
    except OSError as error:
        print(f"Cannot listen on {options.host}, port {options.port}: {error.strerror}.", file=sys.stderr)
        return 1
    token = options.token or secrets.token_urlsafe(24)
    host = f"[{options.host}]" if ":" in options.host else options.host
    url = f"ws://{host}:{listener.getsockname()[1]}/v1/realtime"

    def announce() -> None:
        line = json.dumps({"url": url, "token": token}) if options.json else f"{url}  token: {token}"
        print(line, flush=True)

    engines = Toolbox(load_engine, activity="silero", hearing="whisper", thinking="tutor", speaking="hibari")
    app = RealtimeApp(
        engines, token, max_sessions=options.max_sessions, faults=faults, look_ahead=not options.no_look_ahead
    )
    with contextlib.suppress(KeyboardInterrupt):  # Ctrl-C before the server has begun to handle it
        asyncio.run(run(app, listener, announce, exit_with_parent=options.exit_with_parent))
    # Engines may be deep in native code on their threads. To wait for them is slow, to cut them off crashes.
    sys.stdout.flush()
    os._exit(0)
