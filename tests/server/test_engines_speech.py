"""Voice and ears together: hibari speaks, Silero notices, Whisper understands."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rt_notebook.audio.pcm import RATE, duration_ms, level_dbfs, pcm16_to_float
from rt_notebook.audio.resample import resample
from rt_notebook.errors import AudioError
from rt_notebook.server.engine import HEARING_RATE, Float32
from rt_notebook.server.engines.hibari import Hibari
from rt_notebook.server.engines.silero import FRAME, Silero, SileroStream
from rt_notebook.server.engines.whisper import Whisper

pytestmark = pytest.mark.engines

SENTENCES = [
    "Hello there.",
    "Yes.",
    "No, thank you.",
    "Who are you?",
    "How does turn detection decide that I have finished speaking?",
    "Tell me about the history of the telephone, please.",
    "What is the difference between a client event and a server event?",
    "How much does a minute of audio cost?",
    "What happens when I interrupt you while you are speaking?",
    "I would like to know how the audio is sent from the browser to the server.",
]


@pytest.fixture(scope="module")
def hibari() -> Hibari:
    return Hibari()


@pytest.fixture(scope="module")
def whisper() -> Whisper:
    return Whisper()


@pytest.fixture(scope="module")
def silero() -> Silero:
    return Silero()


@pytest.fixture(scope="module")
def spoken(hibari: Hibari) -> dict[str, Float32]:
    """Return the sentences as a microphone would deliver them to the ears."""
    return {sentence: heard_as(hibari, sentence) for sentence in SENTENCES}


def say(hibari: Hibari, text: str, voice: str = "marin", speed: float = 1.0) -> bytes:
    return b"".join(pcm for _, pcm in hibari.speak(text, voice, speed))


def heard_as(hibari: Hibari, text: str, voice: str = "marin") -> Float32:
    return resample(pcm16_to_float(say(hibari, text, voice)), RATE, HEARING_RATE)


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9']+", text.lower())


def errors(said: str, heard: str) -> int:
    """Return how many words have to be added, dropped or changed to turn one text into the other."""
    target = words(heard)
    row = list(range(len(target) + 1))
    for count, word in enumerate(words(said), 1):
        above, row = row, [count]
        for column, other in enumerate(target):
            row.append(min(above[column + 1] + 1, row[column] + 1, above[column] + (word != other)))
    return row[-1]


def frames(samples: Float32) -> Iterator[Float32]:
    for start in range(0, len(samples) - FRAME + 1, FRAME):
        yield samples[start : start + FRAME]


def noise(level: float, seconds: float) -> Float32:
    generator = np.random.default_rng(3)
    return generator.normal(0, level, int(seconds * HEARING_RATE)).astype(np.float32)


def tone(hz: float, seconds: float) -> Float32:
    times = np.arange(int(seconds * HEARING_RATE)) / HEARING_RATE
    return np.asarray(0.2 * np.sin(2 * np.pi * hz * times), dtype=np.float32)


def clicks(seconds: float) -> Float32:
    sound = np.zeros(int(seconds * HEARING_RATE), np.float32)
    for start in range(0, len(sound) - 400, 3000):
        sound[start : start + 400] = noise(0.4, 0.025) * np.exp(-np.arange(400) / 80)
    return sound


NO_SPEECH: dict[str, Float32] = {
    "nothing": np.zeros(0, np.float32),
    "a moment": noise(0.1, 0.05),
    "silence": np.zeros(2 * HEARING_RATE, np.float32),
    "a quiet room": noise(0.0005, 3),
    "a fan": noise(0.02, 1.5),
    "a waterfall": noise(0.3, 3),
    "hum": tone(50, 2) + tone(150, 2),
    "a beep": tone(440, 1.5),  # at which Whisper would say "Beep" without end
    "clicks": clicks(2),
}

# Hearing words


def test_whisper_understands_hibari(whisper: Whisper, spoken: dict[str, Float32]) -> None:
    heard = {sentence: whisper.transcribe(samples).text for sentence, samples in spoken.items()}
    wrong = {sentence: text for sentence, text in heard.items() if errors(sentence, text)}
    total = sum(len(words(sentence)) for sentence in SENTENCES)
    assert sum(errors(*pair) for pair in wrong.items()) <= 0.05 * total, wrong


def test_whisper_understands_through_noise(whisper: Whisper, spoken: dict[str, Float32]) -> None:
    sentence = SENTENCES[-1]
    samples = spoken[sentence]
    ten_decibels_below = 0.32 * float(np.sqrt(np.mean(np.square(samples))))
    noisy = samples + noise(ten_decibels_below, 60)[: len(samples)]
    assert errors(sentence, whisper.transcribe(noisy).text) <= 2


@pytest.mark.parametrize("name", NO_SPEECH)
def test_no_speech_gives_no_words(whisper: Whisper, name: str) -> None:
    transcript = whisper.transcribe(NO_SPEECH[name])
    assert transcript.text == ""
    assert transcript.no_speech >= 0.6


def test_speech_is_told_from_no_speech(whisper: Whisper, spoken: dict[str, Float32]) -> None:
    assert whisper.transcribe(spoken["Who are you?"]).no_speech < 0.4


def test_two_threads_hear_what_one_hears(whisper: Whisper, spoken: dict[str, Float32]) -> None:
    samples = [spoken[sentence] for sentence in SENTENCES[:5]] * 2
    alone = [whisper.transcribe(each) for each in samples]
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(whisper.transcribe, samples)) == alone


def test_a_speech_longer_than_the_window_is_heard_to_its_end(whisper: Whisper, spoken: dict[str, Float32]) -> None:
    said = SENTENCES[4:] * 3
    speech = np.concatenate([spoken[sentence] for sentence in said])
    assert len(speech) > 45 * HEARING_RATE
    text = whisper.transcribe(speech).text
    assert errors(" ".join(said), text) <= 0.05 * len(words(" ".join(said))), text


def test_whisper_hears_mono_only(whisper: Whisper) -> None:
    with pytest.raises(AudioError, match=r"\(16000, 2\)"):
        whisper.transcribe(np.zeros((HEARING_RATE, 2), np.float32))


# Noticing speech


def test_silero_finds_beginning_and_end(silero: Silero, spoken: dict[str, Float32]) -> None:
    pad = noise(0.0005, 1)
    for sentence, samples in spoken.items():
        loud = np.flatnonzero(np.abs(samples) > 0.02)
        stream = silero.stream()
        speaking = [stream(frame) > 0.5 for frame in frames(np.concatenate([pad, samples, pad]))]
        places = np.flatnonzero(speaking)
        # In ms: when the beginning is known (end of the first frame) and when the end (of the first silent one).
        frame_ms = FRAME / HEARING_RATE * 1000
        began = (places[0] + 1) * frame_ms - (1000 + loud[0] / 16)
        ended = (places[-1] + 2) * frame_ms - (1000 + loud[-1] / 16)
        assert -50 <= began <= 200, sentence
        assert -50 <= ended <= 300, sentence
        pauses = [(after - before - 1) * frame_ms for before, after in pairwise(places)]
        assert max(pauses, default=0) < 500, sentence


@pytest.mark.parametrize("name", [name for name, sound in NO_SPEECH.items() if len(sound) > FRAME])
def test_silero_is_not_fooled(silero: Silero, name: str) -> None:
    stream = silero.stream()
    assert max(map(stream, frames(NO_SPEECH[name]))) < 0.5


def test_streams_do_not_know_of_each_other(silero: Silero, spoken: dict[str, Float32]) -> None:
    samples = spoken["Hello there."]

    def listen(stream: SileroStream, disturbance: SileroStream | None) -> list[float]:
        heard = []
        for frame in frames(samples):
            heard.append(stream(frame))
            if disturbance:
                disturbance(frame[::-1])
        return heard

    assert listen(silero.stream(), silero.stream()) == listen(silero.stream(), None)


def test_silero_takes_whole_frames(silero: Silero) -> None:
    with pytest.raises(AudioError, match="512"):
        silero.stream()(np.zeros(480, np.float32))


# Speaking


def test_the_first_clause_comes_first_and_nothing_is_lost(hibari: Hibari) -> None:
    text = "Well, this is Dr. Smith's test.\nIt costs $5.50 — that is, 5,000 (or so) of them! "
    spoken = list(hibari.speak(text, "marin"))
    assert "".join(piece for piece, _ in spoken) == text
    assert spoken[0][0] == "Well, "
    assert all(pcm for _, pcm in spoken)


def test_pieces_begin_at_once_and_join_in_silence(hibari: Hibari) -> None:
    for _, pcm in hibari.speak("Well, this is a test. It has two sentences, as you hear.", "ash"):
        samples = np.abs(pcm16_to_float(pcm))
        assert samples[[0, -1]].max() < 0.002
        assert samples[: RATE // 10].max() > 0.01
        assert samples[-RATE // 50 :].max() < 0.02


def test_the_loudness_is_even_and_never_clips(hibari: Hibari) -> None:
    for voice in hibari.voices:
        for _, pcm in hibari.speak("Stop! What happens when I interrupt you, while you are speaking?", voice):
            assert -24 < level_dbfs(pcm) < -18
            assert np.abs(pcm16_to_float(pcm)).max() <= 0.95 + 1e-4


def test_the_same_text_gives_the_same_audio_on_any_thread(hibari: Hibari) -> None:
    texts = ["The same again, please.", "Something else."] * 4
    alone = [say(hibari, text, "sage") for text in texts]
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(lambda text: say(hibari, text, "sage"), texts)) == alone


@pytest.mark.parametrize("speed", [0.25, 0.5, 0.75, 1.1, 1.25, 1.35, 1.5])
def test_speed_is_honoured(hibari: Hibari, speed: float) -> None:
    text = " ".join(SENTENCES)  # the network rounds the length of each sound, which shows in a single sentence
    normal = duration_ms(len(say(hibari, text)))
    assert duration_ms(len(say(hibari, text, speed=speed))) == pytest.approx(normal / speed, rel=0.05)


def test_every_voice_is_understood(hibari: Hibari, whisper: Whisper) -> None:
    sentence = "Please tell me what happens on the wire when I speak."
    wrong = sum(errors(sentence, whisper.transcribe(heard_as(hibari, sentence, voice)).text) for voice in hibari.voices)
    assert wrong <= 0.05 * len(words(sentence)) * len(hibari.voices)


def pitch_hz(samples: Float32) -> float:
    """Return the median pitch, by autocorrelation of 60 ms windows."""
    found = []
    for start in range(0, len(samples) - 1440, 480):
        window = samples[start : start + 1440]
        if np.square(window).mean() < 0.005:
            continue
        lags = np.fft.irfft(np.abs(np.fft.rfft(window, 4096)) ** 2)[60:400]
        found.append(RATE / (60 + int(lags.argmax())))
    return float(np.median(found))


def test_any_two_voices_differ_by_a_semitone(hibari: Hibari) -> None:
    pitch = sorted(pitch_hz(pcm16_to_float(say(hibari, SENTENCES[5], voice))) for voice in hibari.voices)
    assert len(pitch) == 10
    assert min(higher / lower for lower, higher in pairwise(pitch)) > 2 ** (1 / 12)
    assert pitch[-1] > 2 * pitch[0]


def test_an_unknown_voice_names_the_known_ones(hibari: Hibari) -> None:
    with pytest.raises(ValueError, match="alloy, ash"):
        list(hibari.speak("Hello.", "nova"))


@pytest.mark.parametrize("text", ["你好,世界!", "Привет, мир.", "***", "😀", "- ... -", " ", "1" * 80])
def test_what_it_cannot_speak_comes_without_audio(hibari: Hibari, text: str) -> None:
    spoken = list(hibari.speak(text, "marin"))
    assert "".join(piece for piece, _ in spoken) == text
    assert {pcm for _, pcm in spoken} == {b""}


def test_only_the_unspeakable_part_comes_without_audio(hibari: Hibari) -> None:
    spoken = list(hibari.speak("In Chinese, 你好 means hello.", "marin"))
    assert [(text, bool(pcm)) for text, pcm in spoken] == [
        ("In Chinese, ", True),
        ("你好 ", False),
        ("means hello.", True),
    ]


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(st.characters(max_codepoint=0x24F, exclude_categories=["Cc"]), max_size=25)
    | st.sampled_from(["İzmir", "x¹"])
)
def test_no_text_breaks_it(hibari: Hibari, text: str) -> None:
    assert "".join(piece for piece, _ in hibari.speak(text, "verse")) == text
