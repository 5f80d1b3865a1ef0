"""The tutor answers, remembers a little, and keeps to simple instructions."""

from __future__ import annotations

import time
from typing import Any

import pytest
from tutoring import TUTOR, Client, joined, respond

from rt_notebook.protocol.catalog import CATALOG
from rt_notebook.server.engine import Message
from rt_notebook.server.engines import eventnames, knowledge, understood
from rt_notebook.server.settings import INSTRUCTIONS


def say(*utterances: str, **prompt: Any) -> str:
    """Return the answer to the last of some utterances, each answered in turn."""
    client = Client(**prompt)
    return [client.say(utterance) for utterance in utterances][-1]


def topic(utterance: str) -> str | None:
    entry = knowledge.find(utterance)
    return entry.topic if entry else None


# Knowledge


def test_every_phrase_finds_its_own_entry() -> None:
    lost = [
        ask for entry in knowledge.entries() for ask in entry.ask if knowledge.find(f"{ask.capitalize()}?") != entry
    ]
    assert lost == []


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        ("What is the real-time A.P.I.?", "the Realtime API"),
        ("what is a P C M sixteen", "PCM16"),
        ("Explain base 64 to me.", "Base64"),
        ("How does turn detection decide that I have finished speaking?", "turn detection"),
        ("What happens when I interrupt you while you're speaking?", "barge-in"),
        ("Can you explain barging in?", "barge-in"),
        (
            "What is the difference between a client event and a server event?",
            "the difference between client and server events",
        ),
        ("So, um, how much does one minute of audio cost?", "the price"),
        ("web R T C or web socket?", "WebSocket and WebRTC"),
        ("What's the thresholt?", "the threshold"),
        ("Why did the answer come so late?", "latency"),
        ("What is Lang Shane?", "LangChain"),
        ("Tell me about the history of the telephone, please.", "a long story"),
        ("What is the capital of France?", None),
        ("My dog ate my homework.", None),
        ("Who won the world cup in 1954?", None),
    ],
)
def test_what_is_heard_finds_what_was_meant(heard: str, expected: str | None) -> None:
    assert topic(heard) == expected


def test_answers_are_fit_to_be_spoken() -> None:
    for entry in knowledge.entries():
        for text in filter(None, (entry.answer, entry.more)):
            assert text == " ".join(text.split())
            assert text.endswith((".", "!", "?"))
            assert not set(text) & set("*#`[]{}<>")


def test_long_stories_are_long_enough_to_interrupt() -> None:
    characters_per_second = 16
    for request in ("Tell me a long story.", "Explain everything.", "Tell me about the history of speech."):
        assert len(say(request)) > 20 * characters_per_second


# Conversation


def test_an_answer_comes_word_by_word() -> None:
    pieces = respond([Message("user", "What is a session?")])
    assert len(pieces) == len(joined(pieces).split())
    assert joined(pieces).startswith("A session is one connection")


def test_the_same_conversation_gets_the_same_answer() -> None:
    assert say("Hello", "What is this nonsense about?") == say("Hello", "What is this nonsense about?")


def test_what_it_does_not_know_it_says_and_offers_what_it_does() -> None:
    first, second = say("Who won the world cup?"), say("Who won?", "And who lost the world cup?")
    assert first.startswith("That I do not know.")
    assert "the Realtime API" in first
    assert first != second


@pytest.mark.parametrize(
    ("utterances", "start"),
    [
        ([""], "I did not catch any words."),
        (["?!"], "I did not catch any words."),
        (["สวัสดี"], "I understand English and Chinese only."),
        (["Count to five."], "1, 2, 3, 4, 5."),
        (["Can you count from ten to seven?"], "10, 9, 8, 7."),
        (["Count to one million."], "That would take too long."),
        (["Say: good morning, everybody!"], "good morning, everybody!"),
        (["Please repeat after me 'the quick brown fox', will you?"], "the quick brown fox."),
        (["What did I say?"], "That was the first thing you said."),
        (["Who are you?", "What did I just say?"], "You said: Who are you?"),
        (["Say hello.", "Repeat that, please."], "hello."),
        (["Repeat that, please."], "I have not said anything yet."),
        (["What is the Realtime API?", "Tell me more."], "Before it, three models stood in a row"),
        (["Hello!", "Tell me more."], "That is all I know about it."),
        (["What can you do?"], "I answer questions about"),
        (["What do you know about latency?"], "Latency is the time"),
        (["How do I say goodbye?"], "Goodbye!"),
        (["Hello there, I have a question. What is a delta?"], "A delta is a small piece"),
        (["What is a delta?", "shorter"], "A delta is a small piece of something that is still growing: a few words"),
        (["Thank you.", "shorter"], "You are welcome!"),
        (["my name is Ada", "What's my name?"], "You told me that your name is Ada."),
        (["What's my name?"], "You have not told me your name yet."),
        (["Hello", "Summarize our conversation."], "You said: Hello."),
        (["What is 6 times 7?"], "I do not calculate by myself"),
        (["never mind"], "All right."),
        (["What is turn detection?", "and how does it really do that?"], "Three numbers steer server VAD"),
    ],
)
def test_conversation(utterances: list[str], start: str) -> None:
    assert say(*utterances).startswith(start)


def test_an_interrupted_answer_can_still_be_gone_on_with() -> None:
    heard = "Turn detection decides when you have begun to speak and"
    answer = joined(respond([Message("assistant", heard), Message("user", "Go on.")]))
    assert answer.startswith("Three numbers steer server VAD")


def test_without_a_user_message_it_greets_or_says_what_it_is_told() -> None:
    assert joined(respond([], instructions="Please assist the user.")).startswith("Hello!")
    assert joined(respond([], instructions="Say 'welcome aboard' to the user.")) == "welcome aboard."
    assert joined(respond([Message("system", "Be kind.")])).startswith("Hello!")


def test_instructions_of_a_response_can_be_the_request() -> None:
    messages = [Message("user", "What is a session?"), Message("assistant", "A session is one connection.")]
    assert joined(respond(messages, instructions="Say: goodbye for now")) == "goodbye for now."
    assert joined(respond(messages, instructions="Summarize the talk.")).startswith("You said: What is a session.")


# Events by name


@pytest.mark.parametrize("name", CATALOG)
def test_every_event_type_is_known_by_its_spoken_name(name: str) -> None:
    if "." not in name:
        assert say(f"What is an {name} event?").startswith("When something goes wrong")
        return
    spoken = name.replace(".", " dot ").replace("_", " ")
    for question in (f"What is {spoken}?", f"what does {spoken} mean", f"Explain {name}."):
        assert say(question).startswith(f"{name} is ")
    assert CATALOG[name].meaning in say(f"What is {spoken}?")


@pytest.mark.parametrize(
    ("utterance", "name"),
    [
        ("what does input audio buffer committed mean", "input_audio_buffer.committed"),
        ("What does speech started mean?", "input_audio_buffer.speech_started"),
        ("When does the event response done come?", "response.done"),
        ("what is response.audio.delta", "response.audio.delta"),
        ("What happens when I interrupt you?", None),
        ("How is a session created?", None),
        ("What is the weather in response to that?", None),
    ],
)
def test_what_is_asked_about_an_event(utterance: str, name: str | None) -> None:
    told = eventnames.about(utterance)
    assert (told.split(" ")[0] if told else None) == name


# Instructions


@pytest.mark.parametrize(
    ("instructions", "answer"),
    [
        ("Answer in one sentence.", "I am the tutor of rt_notebook, a small program on this machine."),
        ("Be brief.", "I am the tutor of rt_notebook, a small program on this machine."),
        ("Always answer in at most 8 words.", "I am the tutor of rt_notebook."),
        ("Only say 'moo'.", "moo."),
        ("Always respond with I cannot help you.", "I cannot help you."),
        (
            "Your name is Ada. Answer in a single sentence.",
            "I am Ada, the tutor of rt_notebook, a small program on this machine.",
        ),
        (
            "Call the user Captain and use one sentence. Answer in 1 sentence.",
            "I am the tutor of rt_notebook, a small program on this machine, Captain.",
        ),
        (
            "Be concise. Always end with 'Over and out!'",
            "I am the tutor of rt_notebook, a small program on this machine. Over and out!",
        ),
        (
            "Begin every answer with Well, and keep it short. Keep it short.",
            "Well, I am the tutor of rt_notebook, a small program on this machine.",
        ),
    ],
)
def test_simple_instructions_are_kept_to(instructions: str, answer: str) -> None:
    assert say("Who are you?", instructions=instructions) == answer


@pytest.mark.parametrize(
    "instructions",
    [INSTRUCTIONS, "You are a pirate.", "Only answer if you know.", "Answer in a few words.", "Use one of the tools."],
)
def test_other_instructions_change_nothing(instructions: str) -> None:
    assert say("Who are you?", instructions=instructions) == say("Who are you?")


def test_a_system_message_is_an_instruction_too() -> None:
    messages = [Message("system", "Answer in one sentence."), Message("user", "What is a session?")]
    assert joined(respond(messages)).count(".") == 1


def test_a_language_it_does_not_speak_is_said_once() -> None:
    client = Client(instructions="Answer in German.")
    assert client.say("Hello").startswith("I am to speak German, but I know English and Chinese only. Hello!")
    assert client.say("What is a session?").startswith("A session is")


# Languages


@pytest.mark.parametrize(
    ("utterance", "start"),
    [
        ("你好", "你好！我是这个笔记本的助教"),
        ("你是谁？", "我是 rt_notebook 的小助教"),
        ("你能做什么", "我可以回答"),
        ("什么是 Realtime API？", "Realtime API 让程序"),
        ("请问轮次检测是什么意思", "轮次检测判断"),
        ("事件是什么", "线路上的一切都是事件"),
        ("什么是會話", "会话就是一条连接"),
        ("工具是什么？", "工具是模型可以调用的函数"),
        ("我可以打断你吗", "打断就是"),
        ("谢谢你", "不客气"),
        ("再见", "再见"),
        ("量子力学是什么", "这个我不知道"),
    ],
)
def test_chinese_is_answered_in_chinese(utterance: str, start: str) -> None:
    assert say(utterance).startswith(start)
    assert not say(utterance, instructions="Always answer in English.").startswith(start)


def test_the_instructions_may_ask_for_chinese() -> None:
    assert say("Who are you?", instructions="Please answer in Chinese.").startswith("我是 rt_notebook 的小助教")
    assert say("你好", "再说一遍") == say("你好")


@pytest.mark.parametrize(
    ("utterance", "language"),
    [
        ("Wie ist das Wetter in Paris?", "de"),
        ("Bonjour, qui êtes-vous?", "fr"),
        ("¿Qué es la API?", "es"),
        ("Ciao, come stai?", "it"),
        ("こんにちは", "ja"),
        ("안녕하세요", "ko"),
        ("Привет, как дела?", "ru"),
        ("مرحبا", "ar"),
        ("What is a session?", None),
        ("Die Hard is a film", None),
        ("今天天气怎么样", None),
        ("", None),
    ],
)
def test_other_languages_are_told_from_these(utterance: str, language: str | None) -> None:
    assert understood.foreign(utterance) == language
    if language:
        assert say(utterance) == understood.plea(language)
        assert understood.plea(language).count(".") + understood.plea(language).count("。") == 3


# Speed


def test_an_answer_is_there_in_a_few_milliseconds() -> None:
    TUTOR.load()
    questions = [
        f"So, um, what is the {topic}, please?" for topic in ("threshold", "commit", "barge in", "moon", "price")
    ]
    started = time.process_time()
    for question in questions:
        respond([Message("user", question)])
    assert (time.process_time() - started) / len(questions) < 0.02
