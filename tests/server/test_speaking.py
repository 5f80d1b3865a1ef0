"""Several speakers are one: every word is spoken, in order, by the first that can."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rt_notebook.server.engines.espeak import Espeak
from rt_notebook.server.engines.hibari import Hibari
from rt_notebook.server.engines.pieces import pieces
from rt_notebook.server.speaking import Speakers


class Reader:
    """Speaks what holds its letters: its audio is its name."""

    def __init__(self, name: str, letters: str, languages: tuple[str, ...] | None = None) -> None:
        self.name = name
        self.letters = letters
        self.loaded = False
        if languages is not None:
            self.languages = languages

    def load(self) -> None:
        self.loaded = True

    def speak(self, text: str, voice: str, speed: float = 1.0) -> Iterator[tuple[str, bytes]]:
        for piece in pieces(text):
            spoken = any(letter in self.letters for letter in piece.text.lower())
            yield piece.text, f"{self.name}:{voice}:{speed}".encode() if spoken else b""


LATIN = "abcdefghijklmnopqrstuvwxyzü"


def who(speakers: Speakers, text: str) -> list[tuple[str, str]]:
    return [(piece, pcm.decode().split(":")[0]) for piece, pcm in speakers.speak(text, "ash", 0.5)]


def test_what_the_first_cannot_say_the_next_does() -> None:
    both = Speakers([Reader("one", LATIN), Reader("two", "你好"), Reader("three", "привет")])
    assert who(both, "The word 你好 means hello. Привет!") == [
        ("The word ", "one"),
        ("你好 ", "two"),
        ("means hello. ", "one"),
        ("Привет!", "three"),
    ]


def test_a_sentence_goes_to_who_is_made_for_its_language() -> None:
    both = Speakers([Reader("english", LATIN, ("en",)), Reader("german", LATIN, ("de", "en"))])
    assert who(both, "Hello there. Ich weiß es nicht. Say 'guten Tag' to her.") == [
        ("Hello there. ", "english"),
        ("Ich weiß es nicht. ", "german"),
        ("Say 'guten Tag' to her.", "english"),
    ]


def test_without_another_the_first_reads_what_it_can() -> None:
    assert who(Speakers([Reader("english", LATIN, ("en",))]), "Ich weiß es nicht.") == [
        ("Ich weiß es nicht.", "english")
    ]


def test_voice_and_speed_reach_every_speaker() -> None:
    both = Speakers([Reader("one", LATIN), Reader("two", "你好")])
    assert [pcm for _, pcm in both.speak("Yes, 你好", "coral", 1.5)] == [b"one:coral:1.5", b"two:coral:1.5"]


def test_all_are_loaded() -> None:
    readers = [Reader("one", ""), Reader("two", "")]
    Speakers(readers).load()
    assert all(reader.loaded for reader in readers)


def test_nobody_is_asked_to_say_punctuation() -> None:
    both = Speakers([Reader("one", ""), Reader("two", "😀.")])
    assert who(both, "😀...") == [("😀...", "")]


@given(st.text(st.sampled_from("ab .,!?你好。при\n😀ü1"), max_size=80))
def test_joined_pieces_are_the_text(text: str) -> None:
    both = Speakers([Reader("one", LATIN, ("en",)), Reader("two", "你好", ("zh",))])
    assert "".join(piece for piece, _ in both.speak(text, "ash")) == text


@pytest.mark.engines
def test_real_engines_speak_mixed_text_whole() -> None:
    text = "The word 你好 means hello, und Grüße. Wie geht es Ihnen? 我很好。 Fine! \U00013000"
    spoken = list(Speakers([Hibari(), Espeak()]).speak(text, "marin"))
    assert "".join(piece for piece, _ in spoken) == text
    assert [piece for piece, pcm in spoken if not pcm] == ["\U00013000"]


@pytest.mark.engines
def test_english_is_spoken_by_hibari_to_the_last_bit() -> None:
    text = "Well, this is a test. It has two sentences, as you hear."
    assert list(Speakers([Hibari(), Espeak()]).speak(text, "ash")) == list(Hibari().speak(text, "ash"))
