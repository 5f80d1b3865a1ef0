"""espeak-ng speaks many languages, at the loudness, pace and voices of the others, and no text breaks it."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rt_notebook.audio.pcm import RATE, duration_ms, level_dbfs, pcm16_to_float
from rt_notebook.server.engines.espeak import VOICES, Espeak, _library
from rt_notebook.server.engines.hibari import Hibari
from rt_notebook.server.engines.languages import KNOWN

pytestmark = pytest.mark.engines

HELLO = {
    "am": "ሰላም",
    "ar": "مرحبا بالعالم",
    "bg": "Здравей, малък",
    "bn": "নমস্কার",
    "el": "Γεια σου",
    "fa": "سلام چطوری",
    "gu": "નમસ્તે",
    "he": "שלום עולם",
    "hi": "नमस्ते दुनिया",
    "hy": "Բարեւ",
    "ja": "こんにちは",
    "ka": "გამარჯობა",
    "kk": "Сәлем, қалай",
    "kn": "ನಮಸ್ಕಾರ",
    "ko": "안녕하세요",
    "ml": "നമസ്കാരം",
    "mr": "मला कळले",
    "my": "မင်္ဂလာပါ",
    "pa": "ਸਤ ਸ੍ਰੀ ਅਕਾਲ",
    "ru": "Привет, мир",
    "si": "ආයුබෝවන්",
    "sr": "Добар дан, људи",
    "ta": "வணக்கம்",
    "te": "నమస్కారం",
    "th": "สวัสดีครับ",
    "uk": "Добрий день, їжак",
    "ur": "سلام، ٹھیک ہے",
    "zh": "你好，世界",
    "de": "Guten Tag, wie geht es Ihnen?",
    "vi": "Xin chào các bạn",
}
QUESTION = "What is the difference between a client event and a server event?"


@pytest.fixture(scope="module")
def espeak() -> Espeak:
    return Espeak()


def say(espeak: Espeak, text: str, voice: str = "marin", speed: float = 1.0) -> bytes:
    return b"".join(pcm for _, pcm in espeak.speak(text, voice, speed))


@pytest.mark.parametrize("language", HELLO)
def test_it_speaks(espeak: Espeak, language: str) -> None:
    text = HELLO[language]
    spoken = list(espeak.speak(text, "marin"))
    assert "".join(piece for piece, _ in spoken) == text
    # Long enough for the words, and too short for the names of their letters.
    assert 30 * len(text) < sum(duration_ms(len(pcm)) for _, pcm in spoken) < 450 * len(text)
    assert all(level_dbfs(pcm) > -26 for _, pcm in spoken)


def test_it_has_every_language_that_it_is_asked_for(espeak: Espeak, caplog: pytest.LogCaptureFixture) -> None:
    unheard = {language for language in KNOWN if not len(_library().say("1 2 3", language, VOICES["marin"], 175))}
    assert not unheard
    assert not caplog.records


def test_a_language_sounds_like_itself(espeak: Espeak) -> None:
    """The same words are read in the language of what stands before them."""
    for before, words in (("Ich weiß das nicht. ", "Die Nation."), ("これは。", "日本。")):
        [*_, (piece, pcm)] = espeak.speak(before + words, "ash")
        assert piece == words
        assert pcm != say(espeak, words, "ash")


def test_what_a_mixed_sentence_holds_is_spoken_in_order(espeak: Espeak) -> None:
    spoken = list(espeak.speak("In Chinese, 你好 means hello. Ich weiß das nicht. 😀", "ash"))
    assert [(text, bool(pcm)) for text, pcm in spoken] == [
        ("In Chinese, ", True),
        ("你好 ", True),
        ("means hello. ", True),
        ("Ich weiß das nicht. ", True),
        ("😀", False),
    ]


@pytest.mark.parametrize("text", ["***", "😀", "- ... -", " ", "\0", "\ud800", "ᏣᎳᎩ", "\U000f0000"])
def test_what_it_cannot_speak_comes_without_audio(espeak: Espeak, text: str) -> None:
    spoken = list(espeak.speak(text, "marin"))
    assert "".join(piece for piece, _ in spoken) == text
    assert {pcm for _, pcm in spoken} == {b""}


@pytest.mark.parametrize("noise", ["\0", "\x01", "😀", "**", "\U000f1234"])
def test_what_has_no_sound_changes_nothing(espeak: Espeak, noise: str) -> None:
    marked = say(espeak, f"Hello {noise} there.")
    assert duration_ms(len(marked)) == pytest.approx(duration_ms(len(say(espeak, "Hello there."))), abs=100)


def test_pieces_begin_at_once_and_join_in_silence(espeak: Espeak) -> None:
    for _, pcm in espeak.speak("Well, this is a test. It has two sentences, as you hear.", "ash"):
        samples = np.abs(pcm16_to_float(pcm))
        assert samples[: RATE // 10].max() > 0.01
        assert samples[-RATE // 50 :].max() < 0.02


def test_the_loudness_is_that_of_hibari(espeak: Espeak) -> None:
    other = level_dbfs(b"".join(pcm for _, pcm in Hibari().speak(QUESTION, "marin")))
    for voice in espeak.voices:
        pcm = say(espeak, QUESTION, voice)
        assert level_dbfs(pcm) == pytest.approx(other, abs=1.0)
        assert np.abs(pcm16_to_float(pcm)).max() <= 0.95 + 1e-4


@pytest.mark.parametrize("speed", [0.25, 0.4, 0.5, 0.75, 1.25, 1.5])
def test_speed_is_honoured(espeak: Espeak, speed: float) -> None:
    normal = duration_ms(len(say(espeak, QUESTION)))
    assert duration_ms(len(say(espeak, QUESTION, speed=speed))) == pytest.approx(normal / speed, rel=0.1)


def test_voices_differ(espeak: Espeak) -> None:
    assert set(espeak.voices) == set(Hibari().voices)
    assert len({say(espeak, "Hello there.", voice) for voice in espeak.voices}) == len(espeak.voices)


def test_an_unknown_voice_names_the_known_ones(espeak: Espeak) -> None:
    with pytest.raises(ValueError, match="alloy, ash"):
        list(espeak.speak("Hello.", "nova"))


def test_threads_do_not_hear_each_other(espeak: Espeak) -> None:
    jobs = [("Guten Morgen, wie geht es dir?", "ash"), ("我想学习编程。", "coral"), ("One more, please.", "echo")] * 6
    alone = [duration_ms(len(say(espeak, *job))) for job in jobs]
    with ThreadPoolExecutor(4) as pool:
        together = [duration_ms(len(pcm)) for pcm in pool.map(lambda job: say(espeak, *job), jobs)]
    assert together == pytest.approx(alone, rel=0.06)  # its noise differs each time


def test_a_very_long_text_comes_piece_by_piece(espeak: Espeak) -> None:
    for text in ("你好" * 5_000, "word" * 5_000, "1" * 10_000):
        spoken = espeak.speak(text, "marin")
        assert duration_ms(len(next(spoken)[1])) < 200_000


@settings(max_examples=60)
@given(st.text(max_size=60) | st.text(st.characters(codec="utf-8", categories=["L", "M", "N"]), max_size=40))
def test_no_text_breaks_it(text: str) -> None:
    assert "".join(piece for piece, _ in Espeak().speak(text, "verse")) == text


def test_broken_data_is_an_error_and_not_the_end_of_the_process() -> None:
    code = (
        "import espeakng_loader; espeakng_loader.get_data_path = lambda: '/nowhere/at/all'\n"
        "from rt_notebook.errors import EngineError\n"
        "from rt_notebook.server.engines.espeak import Espeak\n"
        "try:\n    Espeak().load()\n"
        "except EngineError as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "/nowhere/at/all" in done.stdout
    assert "pip install" in done.stdout
