"""All responses of a connection: who may begin one, what it answers to, and where results go."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from rt_notebook.protocol.catalog import BUSY
from rt_notebook.server.effects import Outbox, Respond
from rt_notebook.server.errors import ClientError
from rt_notebook.server.hearing import Hearing
from rt_notebook.server.items import Conversation, Item
from rt_notebook.server.plan import Plan
from rt_notebook.server.responses import Response
from rt_notebook.server.usage import Context

_REMEMBERED = 4
_MOST_BESIDE = 16
"""Responses that may be made beside the conversation at a time."""


class Answers:
    """The responses in progress: at most one writes to the conversation, some go beside it.

    `done` is called with each response that is over.
    """

    def __init__(
        self, out: Outbox, conversation: Conversation, hearing: Hearing, done: Callable[[Response], None]
    ) -> None:
        self._out = out
        self._conversation = conversation
        self._hearing = hearing
        self._done = done
        self._read_before: deque[Context] = deque(maxlen=_REMEMBERED)
        """What the last responses read, which a prompt cache would still hold."""
        self._responses: dict[str, Response] = {}
        """Responses without their `response.done`."""
        self._waiting: dict[Response, list[Item]] = {}
        """Those of them that have not been thought about, with the items they answer to."""

    @property
    def active(self) -> Response | None:
        """The response that writes to the conversation."""
        return next((each for each in self._responses.values() if each.plan.in_conversation), None)

    def check_free(self, plan: Plan) -> None:
        """Raise `ClientError` if such a response cannot begin now."""
        if plan.in_conversation and (active := self.active):
            raise ClientError(
                BUSY,
                f"Conversation already has an active response in progress: {active.id}. "
                "Wait until the response is finished before creating a new one.",
            )
        beside = sum(not each.plan.in_conversation for each in self._responses.values())
        if not plan.in_conversation and beside >= _MOST_BESIDE:
            raise ClientError(
                "rate_limit_exceeded",
                f"{_MOST_BESIDE} responses out of band are being made already. Wait until one of them is finished.",
            )

    def begin(self, plan: Plan, context: list[Item]) -> None:
        """Begin a response to these items. It is thought about once the words of all of them are there."""
        response = Response(self._out.make_id("resp"), plan, self._conversation, self._out)
        self._responses[response.id] = response
        self._waiting[response] = context
        response.start()
        self.go_on()

    def go_on(self) -> None:
        """Have every response thought about whose items are all understood."""
        for response, context in list(self._waiting.items()):
            if any(self._hearing.pending(item) for item in context):
                continue
            del self._waiting[response]
            if context and (trouble := context[-1].unheard):
                response.fail("transcription_failed", trouble)
                self._settle(response)
                continue
            plan = response.plan
            reads = Context(context, plan.instructions, plan.tools)
            response.read(reads.tokens, reads.cached(self._read_before))
            self._read_before.append(reads)
            self._out.put(Respond(response.id, plan.prompt([item.message() for item in context])))

    def feed(self, response_id: str, step: Callable[[Response], None]) -> bool:
        """Let a response in progress take a result; return False where there is none of that id."""
        response = self._responses.get(response_id)
        if response is not None:
            step(response)
            self._settle(response)
        return response is not None

    def cancel(self, response: Response, reason: str) -> None:
        """End a response early; `reason` is ``turn_detected`` or ``client_cancelled``."""
        response.cancel(reason)
        self._settle(response)

    def cancel_all(self) -> None:
        """End all responses early: nobody is there to hear them."""
        for response in list(self._responses.values()):
            self.cancel(response, "client_cancelled")

    def find(self, response_id: str | None) -> Response:
        """Return a response in progress by its id, or the active one; raises `ClientError` where there is none."""
        response = self._responses.get(response_id) if response_id else self.active
        if response is None:
            raise ClientError("response_cancel_not_active", "Cancellation failed: no active response found")
        return response

    def _settle(self, response: Response) -> None:
        """Let go of a response that is done."""
        if not response.active:
            self._waiting.pop(response, None)
            if self._responses.pop(response.id, None):
                self._done(response)
