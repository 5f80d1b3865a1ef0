"""When the runner looks again: a server that says only what a test lets it say, on the session's loop."""

import orjson

import rt_notebook as rt
from rt_notebook.log.eventlog import EventLog
from rt_notebook.session.asking import Asker
from rt_notebook.session.runner import block
from rt_notebook.session.toolrunner import ToolRunner
from rt_notebook.session.toolset import Toolset
from rt_notebook.session.transport import memory_pair
from rt_notebook.session.wire import Wire

ITEM = {"id": "i", "type": "function_call", "name": "f", "call_id": "c", "arguments": "{}"}


def test_a_sooner_look_does_not_wait_for_a_later_one() -> None:
    async def talk() -> None:
        wire, toolset = Wire(EventLog(), "ga"), Toolset()
        toolset.add(rt.tool(lambda: 1, name="f", description=""))
        ToolRunner(wire, Asker(wire), toolset, lambda is_async: None)
        wire.open(memory_pair()[0], "memory://", "url")

        def receive(type_: str, **fields: object) -> None:
            wire._receive(orjson.dumps({"type": type_} | fields))

        receive("response.created", response={"id": "r", "conversation_id": "conv"})
        receive("response.output_item.done", response_id="r", item=ITEM)
        receive("response.done", response={"id": "r", "status": "completed", "output": [ITEM]})
        # The user's own request, for which a look is due when it counts as lost. It is refused, to be tried again soon.
        sent = wire.send({"type": "response.create"})
        await wire.first("conversation.item.create", after=-1, timeout=10)
        busy = {"code": "conversation_already_has_active_response", "event_id": sent["event_id"]}
        receive("error", error=busy)
        assert await wire.first("response.create", after=sent.index, timeout=10)
        await wire.close()

    block(talk())
