"""The tutor: a thinker without a language model, which teaches the Realtime API and uses tools.

Everything it says comes from its knowledge file, from the catalog of events, from the conversation or from a tool, so
that the same conversation always gives the same answer. It keeps nothing between two responses: what it asked back,
which steps are done and what "it" is, it reads from the conversation each time.

Of a session's instructions (and of system messages) it honours these, in these or similar words: "answer in one
sentence", "in at most N sentences" or "words", "be brief"; "end every answer with …", "begin every answer with …";
"only say …"; "call the user NAME"; "you are NAME" or "your name is NAME", with a capital letter; "answer in English" or
"in Chinese"; and "Say …" or "Summarize …" where nobody said anything that waits for an answer. It does not honour
roles and moods ("you are a pirate"), topics to keep to or to avoid, formats, and other languages, which it says.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from rt_notebook.server.engine import Call, Prompt, Text
from rt_notebook.server.engines import (
    asking,
    chinese,
    eventnames,
    knowledge,
    manners,
    moves,
    operations,
    phrases,
    plans,
    refusals,
    talk,
    telling,
    understood,
)
from rt_notebook.server.engines.arguments import invent
from rt_notebook.server.engines.plans import Step
from rt_notebook.server.engines.quantities import whole_durations
from rt_notebook.server.engines.talk import Made, Talk, Turn
from rt_notebook.server.engines.toolcalls import REFERENCE, functions

_GREETING = "Hello! I am the tutor of this notebook. Ask me anything about the Realtime API, or say: what can you do?"
_NOT_HEARD = "I did not catch any words. Are you still there?"
_NOT_UNDERSTOOD_CHINESE = "这个我不知道。你可以问我：什么是 Realtime API，什么是会话、事件、工具、轮次检测或打断。"
_REFUSED = "All right, I will not."
_REFUSED_CHINESE = "好的，那就不。"
_TOO_MUCH = "That is a sum of several steps. Please ask me for one step at a time."
_TOO_MUCH_CHINESE = "这里要算好几步，请一步一步地问我。"
_STUCK = " That gives no number to go on with, so I stop here."
_STUCK_CHINESE = "这不是数字，后面的步骤我就不做了。"
_UNSERVED = "None of your functions can {}, so I do not start. List one that does as a tool, and ask me again."
_WAITING = "I am still waiting for what the tool gives back."
_SURER = 0.95  # of the knowledge: then it is no request to a tool of which only a part is named
_SURE = 0.8  # of the knowledge: then it is no request to a tool that would have to ask back
_REMEMBERED_QUESTIONS = 4  # questions in a row for one call
_REMEMBERED_CALLS = 4  # turns after a call in which "and in Berlin?" still means it
_REPEAT = re.compile(
    r"\b(?:do (?:it|that) again|once more|try (?:it |that )?again|retry|repeat the call)\b", re.IGNORECASE
)
_MORE_OF_IT = re.compile(
    r"^\W*(?:and|what about|how about|also|now|or|the same|same|in|for|at|on|with|to"
    r"|(?:no,? )?(?:make|set) (?:it|that))\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"(?:now|and|then|times|plus|minus|divided|multiplied)\b", re.IGNORECASE)
_DEFINITION = re.compile(
    r"\b(?:what (?:is|are|does|do)|what's|explain|how (?:do|does|is)|why|difference|tell me about|meaning|mean)\b",
    re.IGNORECASE,
)
_PIECE = re.compile(r"\s*(?:[\u3000-\u9fff\uff00-\uffef]{1,6}|[^\s\u3000-\u9fff\uff00-\uffef]+)")


class Tutor:
    """Answers from a small knowledge file, calls tools, and says so plainly where it does not know."""

    def load(self) -> None:
        """Read the knowledge, and answer once so that nothing is left to be prepared."""
        knowledge.best("what is the realtime api")
        knowledge.find_chinese("你好")
        eventnames.about("what is response dot done")

    def respond(self, prompt: Prompt) -> Iterator[Text | Call]:
        """Yield the calls, or the answer word by word."""
        spoken = [message for message in prompt.messages if message.role != "system"]
        system = [message.text for message in prompt.messages if message.role == "system"]
        manner = manners.read("\n".join((prompt.instructions, *system)))
        conversation = talk.read(spoken)
        mind = _Mind(prompt, conversation, manner)
        answer = mind.calls() or mind.answer()
        if isinstance(answer, str):
            yield from (Text(piece) for piece in _PIECE.findall(answer))
        else:
            yield from answer


class _Mind:
    """One answer in the making."""

    def __init__(self, prompt: Prompt, conversation: Talk, manner: manners.Manner) -> None:
        self._prompt = prompt
        self._talk = conversation
        self._manner = manner
        self._tools = functions(prompt.tools, prompt.tool_choice)
        self._must = prompt.tool_choice not in ("auto", "none")
        self._chinese = understood.is_chinese(conversation.current.said)
        self._in_chinese = manner.language in ("chinese", "mandarin") or (self._chinese and manner.language is None)

    # Tools

    def calls(self) -> list[Call] | str | None:
        """Return the calls to make now, the question for what they lack, or what their results are; None for none."""
        turn = self._talk.current
        if any(made.output is None for made in turn.made):
            told = [made for made in turn.made if made.output is not None]
            return self._results(told) if told else _WAITING
        steps = self._plan(self._talk.turns, _REMEMBERED_QUESTIONS) if self._tools else []
        done = len(turn.made)
        if not steps and not done and self._tools and self._wanted(turn) != turn.said:
            return self._put(_REFUSED_CHINESE if self._in_chinese else _REFUSED)
        if done >= len(steps):
            return self._results(turn.made, steps) if turn.made else None
        if not self._must and not done and plans.is_too_much(steps):
            return self._put(_TOO_MUCH_CHINESE if self._in_chinese else _TOO_MUCH)
        if not self._must and not done and (operation := plans.unserved(turn.said, self._tools, steps)):
            return self._put(_UNSERVED.format(operations.infinitive(operation)))
        if not self._must and not done and asking.first_open(steps) is not None:
            return asking.question(steps, in_chinese=self._in_chinese)
        if done and steps[done].feeds and telling.failed(turn.made[-1].output or "") is not None:
            return self._results(turn.made, steps)
        wave = list(self._wave(steps, turn.made))
        if done and not self._must and any(step.filled.missing for step in wave):
            return self._results(turn.made, steps, _STUCK_CHINESE if self._in_chinese else _STUCK)
        return [self._call(step) for step in wave]

    def _wanted(self, turn: Turn) -> str:
        """Return what was said without what the user does not want; all of it where a tool must be called."""
        said = turn.said[: plans.LONGEST]
        return turn.said if self._must or not said else refusals.without_refused(said, self._tools)

    def _wave(self, steps: Sequence[Step], made: Sequence[Made]) -> Iterator[Step]:
        """Yield the steps that can be taken now: the next one, and those that need not wait for it."""
        first = len(made)
        for place in range(first, len(steps) if self._prompt.parallel_tool_calls else first + 1):
            step = steps[place]
            if step.waits and place > first:
                return
            yield step.after(made[-1]) if step.feeds and made else step

    def _call(self, step: Step) -> Call:
        for path, parameter in step.filled.missing:
            step = step.given(path, invent(parameter, step.text, step.heard.words))
        places = {each.name: place for place, each in enumerate(step.tool.parameters)}
        values = dict(sorted(step.filled.values.items(), key=lambda each: places.get(each[0], len(places))))
        return Call(step.tool.name, json.dumps(values, ensure_ascii=False))

    def _results(self, made: Sequence[Made], steps: Sequence[Step] = (), ending: str = "") -> str:
        """Return what the calls gave, without what only went into the next call."""
        fed = {place for place, step in enumerate(steps) if step.feeds and place < len(made)}
        told = [each for place, each in enumerate(made) if place + 1 not in fed]
        return self._put(f"{telling.tell(told, in_chinese=self._in_chinese)}{ending}")

    def _plan(self, turns: Sequence[Turn], depth: int) -> list[Step]:
        """Return the calls that the last of these turns asks for, with what it completes or changes of those before."""
        said = (self._wanted(turns[-1]) if turns[-1].said else self._prompt.instructions)[: plans.LONGEST]
        if turns[-1].said and not said:
            return []
        utterance = chinese.in_english(said) if understood.is_chinese(said) else whole_durations(phrases.fluent(said))
        steps = plans.steps(utterance, self._tools, must=self._must and len(turns) == len(self._talk.turns))
        earlier = [made.arguments for turn in reversed(turns[:-1]) for made in reversed(turn.made)]
        steps = [plans.borrow(self._with_result(step, turns), earlier) for step in steps]
        if not turns[-1].said:
            return [] if any(step.missing for step in steps) and not self._must else steps
        if self._is_for_knowledge(said, steps):
            return []
        if steps and not self._must and not any(step.missing for step in steps):
            return steps
        return self._completed(turns, utterance, depth) or steps or self._changed(turns, utterance)

    def _is_for_knowledge(self, said: str, steps: Sequence[Step]) -> bool:
        """Tell whether a question about the API only happens to have words of a tool."""
        if self._must or not _DEFINITION.search(said[: plans.LONGEST]):
            return False
        match = knowledge.best(said)
        if match.entry.topic is None or not steps:
            return False
        if any(step.missing or not step.tool.asks for step in steps):
            return match.score >= _SURE
        return match.score >= _SURER and any(step.heard.score < len(step.tool.nouns) for step in steps)

    def _completed(self, turns: Sequence[Turn], utterance: str, depth: int) -> list[Step] | None:
        """Return the calls of the turn before, which asked back, with what this one replies."""
        before = turns[-2]
        if (
            not depth
            or not before.said
            or before.made
            or (before.told and not before.told.rstrip().endswith(("?", "？")))
        ):
            return None
        if asking.is_dropped(utterance):
            return None
        steps = self._plan(turns[:-1], depth - 1)
        if asking.first_open(steps) is None:
            return None
        own = plans.steps(utterance, self._tools)
        if own and (own[0].tool.name != steps[0].tool.name or len(own) > 1):
            return None
        if asking.is_question(utterance) and not own:
            return None
        return asking.completed(steps, utterance) or steps

    def _changed(self, turns: Sequence[Turn], utterance: str) -> list[Step]:
        """Return the last call once more: with what is different now ("and in Berlin?"), or as it was ("try again")."""
        recent = turns[max(0, len(turns) - 1 - _REMEMBERED_CALLS) : -1]
        last = next((turn.made[-1] for turn in reversed(recent) if turn.made), None)
        tool = next((tool for tool in self._tools if last and tool.name == last.name), None)
        if last is None or tool is None or len(utterance) > _LONGEST_FRAGMENT:
            return []
        if _REPEAT.search(utterance):
            return [plans.repeated(tool, last.arguments)]
        if not _MORE_OF_IT.search(utterance) and not (self._chinese and chinese.asks_for_more(turns[-1].said)):
            return []
        if knowledge.best(utterance).score >= knowledge.ENOUGH or knowledge.find_chinese(self._talk.current.said):
            return []
        return plans.again(tool, last, utterance)

    def _with_result(self, step: Step, turns: Sequence[Turn]) -> Step:
        """Return the step with the last result of an earlier turn in it, as in "now multiply it by four"."""
        if not step.missing or not step.tool.counts:
            return step
        results = [made for turn in reversed(turns[:-1]) for made in reversed(turn.made) if made.output]
        refers = REFERENCE.search(step.text) or _GOES_ON.match(step.text)
        if not refers or not results or telling.failed(results[0].output or "") is not None:
            return step
        fed = step.after(results[0])
        return step if fed.filled.missing else fed

    # Words

    def answer(self) -> str:
        """Return the answer to what is no request to a tool."""
        utterance = self._talk.current.said
        if not self._talk.count or self._is_answered():
            request = self._prompt.instructions
            if told := moves.say_after(request) or (moves.summary(self._talk) if moves.is_summary(request) else ""):
                return told
        if not self._talk.count:
            return self._put(self._chinese_of(_GREETING))
        return self._put(self._answer_in_chinese(utterance) if self._chinese else self._answer_in_english(utterance))

    def _is_answered(self) -> bool:
        """Tell whether the user has said nothing since the last answer."""
        return bool(self._talk.current.told)

    def _answer_in_english(self, utterance: str) -> str:
        if not re.search(r"\w", utterance):
            return _NOT_HEARD
        if not re.search(r"[a-z\d]", utterance, re.IGNORECASE):
            return understood.plea(understood.foreign(utterance))
        if told := moves.answer(self._talk, utterance):
            return told
        if entry := knowledge.find(utterance):
            return entry.zh if self._in_chinese and entry.zh else entry.answer
        if language := understood.foreign(utterance):
            return understood.plea(language)
        return moves.pronoun(self._talk, utterance) or moves.unknown(self._talk)

    def _answer_in_chinese(self, utterance: str) -> str:
        if (
            re.search(r"再说一[遍次]|重复一[遍次]|再讲一遍", understood.simplified(utterance))
            and self._talk.last_answer
        ):
            return self._talk.last_answer
        entry = knowledge.find_chinese(utterance) or knowledge.find(" ".join(re.findall(r"[A-Za-z0-9_.]+", utterance)))
        if entry:
            return entry.zh if self._in_chinese and entry.zh else entry.answer
        return _NOT_UNDERSTOOD_CHINESE if self._in_chinese else moves.unknown(self._talk)

    def _chinese_of(self, greeting: str) -> str:
        entry = knowledge.find_chinese("你好")
        return entry.zh if self._in_chinese and entry and entry.zh else greeting

    def _put(self, answer: str) -> str:
        """Return an answer in the manner that the session wants."""
        unspoken = self._manner.unspoken
        if unspoken and not any(turn.told for turn in self._talk.turns):
            answer = f"I am to speak {unspoken}, but I know English and Chinese only. {answer}"
        return manners.put(answer, self._manner)


_LONGEST_FRAGMENT = 120  # characters of a "and in Berlin?"
