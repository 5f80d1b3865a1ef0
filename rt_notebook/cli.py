"""The command line: ``rt-notebook demo``, ``rt-notebook serve`` and ``rt-notebook inspect``."""

from __future__ import annotations

import argparse
import json
import logging
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rt_notebook.errors import EngineError

if TYPE_CHECKING:
    from rt_notebook.server.equipment import Equipment


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
    inspect = commands.add_parser("inspect", help="what a recording holds: summary, conversation, findings, counts")
    inspect.set_defaults(run=_inspect)
    inspect.add_argument("file", metavar="FILE", type=Path, help="a recording, or another tool's dump of events")
    inspect.add_argument("--events", action="store_true", help="the table of its events instead")
    inspect.add_argument("--html", metavar="OUT", type=Path, help="write it as one page to look at and listen to")
    serve = commands.add_parser("serve", help="run the local Realtime server until Ctrl-C")
    serve.set_defaults(run=_serve)
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s, this machine)")
    serve.add_argument("--port", type=_port, default=0, help="port to listen on (default: a free one)")
    serve.add_argument(
        "--token",
        type=_token,
        default=os.environ.get("RT_NOTEBOOK_TOKEN") or None,
        help="what clients have to show as API key (default: RT_NOTEBOOK_TOKEN, else a random one, printed)",
    )
    serve.add_argument(
        "--max-sessions", type=_count, metavar="N", default=64, help="sessions at a time (default: %(default)s)"
    )
    _add_engines(serve)
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


def _add_engines(serve: argparse.ArgumentParser) -> None:
    engines = serve.add_argument_group("engines", "who hears, thinks and speaks; each by its name, also one of yours")
    engines.add_argument("--hear", metavar="NAME", help="default: whisper")
    engines.add_argument("--think", metavar="NAME", help="default: tutor, or chat where --chat-url is given")
    engines.add_argument(
        "--speak", metavar="NAME,NAME", help="default: hibari,espeak (what the first has no sounds for, the next says)"
    )
    engines.add_argument(
        "--whisper-model", metavar="PATH", help="folder of a CTranslate2 Whisper, also a multilingual one"
    )
    engines.add_argument("--chat-url", metavar="URL", help="base URL of a chat-completions API, which then thinks")
    engines.add_argument("--chat-model", metavar="NAME", help="its model")
    engines.add_argument(
        "--chat-key",
        metavar="KEY",
        default=os.environ.get("RT_NOTEBOOK_CHAT_KEY"),
        help="its API key (default: RT_NOTEBOOK_CHAT_KEY, else OPENAI_API_KEY for OpenAI alone)",
    )
    engines.add_argument(
        "--script", metavar="FILE", help="no models at all: exact answers on cue, from a TOML or JSON file"
    )


def _equipment(options: argparse.Namespace) -> Equipment:
    """Return the engines that are asked for; raises `ValueError` where the options contradict each other."""
    from rt_notebook.server.equipment import Equipment

    if options.script is not None:
        if options.hear or options.think or options.speak or options.whisper_model or options.chat_url:
            raise ValueError("--script takes every engine's place: leave the other engine options out.")
        scripted = "scripted"
        return Equipment(scripted, scripted, scripted, (scripted,), {scripted: {"script": options.script}})
    if bool(options.chat_url) != bool(options.chat_model):
        raise ValueError("--chat-url and --chat-model go together.")
    if (options.think or ("chat" if options.chat_url else "")) == "chat" and not options.chat_url:
        raise ValueError("--think chat needs --chat-url and --chat-model.")
    if options.chat_url and options.think not in (None, "chat"):
        raise ValueError(f"--chat-url is for --think chat, not for --think {options.think}.")
    if options.whisper_model and options.hear not in (None, "whisper"):
        raise ValueError(f"--whisper-model is for --hear whisper, not for --hear {options.hear}.")
    given: dict[str, Any] = {
        "hear": options.hear,
        "think": options.think or ("chat" if options.chat_url else None),
        "speak": tuple(options.speak.split(",")) if options.speak else None,
    }
    settings: dict[str, dict[str, str]] = {}
    if options.whisper_model:
        settings["whisper"] = {"model": options.whisper_model}
    if options.chat_url:
        settings["chat"] = {"url": options.chat_url, "model": options.chat_model, "key": options.chat_key}
    return Equipment(**{name: value for name, value in given.items() if value}, options=settings)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; a port is a number up to 65535")
    return int(text)


def _token(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("a token is not empty; leave --token out for a random one")
    if not re.fullmatch(r"[A-Za-z0-9._~+/=-]+", text):
        raise argparse.ArgumentTypeError(f"{text!r} cannot be sent by every client; use letters, digits and -._~+/=")
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


def _inspect(options: argparse.Namespace) -> int:
    from rt_notebook.inspect import inspect

    return inspect(options.file, events=options.events, html=options.html)


def _missing(error: ModuleNotFoundError) -> int:
    print(f"The local server needs the package {error.name}: pip install 'rt-notebook[local]'", file=sys.stderr)
    return 1


def _serve(options: argparse.Namespace) -> int:
    # The server's libraries load here, so that the command line and `import rt_notebook` stay light.
    import asyncio
    import contextlib
    import secrets

    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.ERROR)
    logging.getLogger("uvicorn").setLevel(logging.CRITICAL)  # what a client did wrong is the client's to know
    logging.getLogger("rt_notebook.server").setLevel(logging.INFO if options.verbose else logging.ERROR)
    try:
        from rt_notebook.server.app import RealtimeApp
        from rt_notebook.server.faults import parse
        from rt_notebook.server.memory import limit_arenas
        from rt_notebook.server.serving import listen, run
    except ModuleNotFoundError as error:
        return _missing(error)
    limit_arenas()  # before there is any thread
    try:
        faults = parse(options.fault)
        engines = _equipment(options).toolbox()
    except (ValueError, EngineError) as error:
        print(f"rt-notebook serve: {error}", file=sys.stderr)
        return 2
    address = options.host.strip("[]")
    try:
        listener = listen(address, options.port)
    except OSError as error:
        print(f"Cannot listen on {options.host}, port {options.port}: {error.strerror}.", file=sys.stderr)
        return 1
    token = options.token or secrets.token_urlsafe(24)
    host = f"[{address}]" if ":" in address else address
    url = f"ws://{host}:{listener.getsockname()[1]}/v1/realtime"

    def announce() -> None:
        line = json.dumps({"url": url, "token": token}) if options.json else f"{url}  token: {token}"
        print(line, flush=True)

    app = RealtimeApp(
        engines, token, max_sessions=options.max_sessions, faults=faults, look_ahead=not options.no_look_ahead
    )
    with contextlib.suppress(KeyboardInterrupt):  # Ctrl-C before the server has begun to handle it
        asyncio.run(run(app, listener, announce, exit_with_parent=options.exit_with_parent))
    # Engines may be deep in native code on their threads. To wait for them is slow, to cut them off crashes.
    sys.stdout.flush()
    os._exit(0)
