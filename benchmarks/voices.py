"""How the voices sound, how well each is understood, and whether any two could be mistaken for one another.

    python -m benchmarks.voices [--engines hibari espeak] [--sentences 40]

Pitch is the median over voiced windows. Formants are what the average spectrum is shifted by against the engine's own
voice `marin`. The word error rate is that of the server's own ears.
"""

from __future__ import annotations

import argparse
import re
from itertools import combinations, islice
from typing import Any, NamedTuple

import numpy as np

from rt_notebook.audio.pcm import RATE, level_dbfs, pcm16_to_float
from rt_notebook.audio.resample import resample
from rt_notebook.server.engine import HEARING_RATE, Float32
from rt_notebook.server.registry import load_engine

SENTENCES = [
    "Hello, I am the tutor of this notebook.",
    "You can talk to me, or type your question below.",
    "Turn detection decides when you have finished speaking.",
    "The server sends an event for every step of the answer.",
    "I did not understand that, could you say it again?",
    "An event is a message that one side sends to the other.",
    "The session ends after sixty minutes, and then it reconnects.",
    "A longer silence makes the answer come later.",
    "The weather in Berlin is sunny, with a light wind from the west.",
    "Please open the panel and press the button to start.",
    "The price of a minute depends on the model that you use.",
    "Every response has a status, such as completed or cancelled.",
    "We heard only the first half of the sentence.",
    "What would you like to know about the microphone?",
    "The audio is sent in small pieces while you are speaking.",
    "If you interrupt me, I will stop at once and listen.",
    "My favourite colour is green, but blue is also nice.",
    "The train leaves at seven o'clock from platform nine.",
    "There are three apples and two pears on the kitchen table.",
    "She wrote a long letter to her brother in Canada.",
    "The library closes early on Friday afternoon.",
    "Can you help me find the way to the station?",
    "A good teacher explains things more than once.",
    "Nobody knew where the old road would lead them.",
    "The children played in the garden until it was dark.",
    "Our computer needs a new keyboard and a better screen.",
    "It takes about twenty minutes to walk to the river.",
    "He forgot his umbrella, so he came home wet.",
    "Music sounds different in a large and empty room.",
    "They built a small house near the edge of the forest.",
    "Remember to save your work before you close the window.",
    "The doctor asked him to breathe slowly and deeply.",
    "Most people drink coffee or tea in the morning.",
    "This function returns the number of words in a text.",
    "The first experiment failed, but the second one worked.",
    "Water boils faster when the lid is on the pot.",
    "I would rather take the bus than drive through the city.",
    "The answer to your question is in the last chapter.",
    "Some birds fly thousands of miles every year.",
    "Thank you very much, and have a wonderful day.",
]

_SAME_WORD = {"favorite": "favourite", "color": "colour", "canceled": "cancelled", "ok": "okay", "oclock": "o'clock"}
_IN_WORDS = {"2": "two", "3": "three", "7": "seven", "9": "nine", "20": "twenty", "60": "sixty", "700": "seven"}
_LOWEST_HZ, _HIGHEST_HZ = 60, 400
_FORMANTS = 300 * 2 ** (np.arange(0, 4 * 48) / 48)  # Hz: four octaves in steps of 1.45 percent


class Voice(NamedTuple):
    """What is measured of one voice."""

    name: str
    pitch: float
    """Hz."""
    spectrum: Float32
    """Average level in dB at `_FORMANTS`, without its slope."""
    centroid: float
    """Hz."""
    level: float
    """dBFS."""
    wrong: int
    """Words added, dropped or changed."""
    words: int


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--engines", nargs="+", default=["hibari", "espeak"], help="engines that speak")
    parser.add_argument("--sentences", type=int, default=len(SENTENCES), help="how many each voice says")
    options = parser.parse_args()
    ears = load_engine("whisper")
    for name in options.engines:
        engine = load_engine(name)
        print(f"{name:<10} {'pitch Hz':>9} {'formants %':>11} {'centroid Hz':>12} {'dBFS':>7} {'word error %':>13}")
        voices = [measure(engine, voice, ears, options.sentences) for voice in engine.voices]
        own = next(voice for voice in voices if voice.name == "marin")
        for voice in voices:
            error = 100 * voice.wrong / voice.words
            print(
                f"  {voice.name:<8} {voice.pitch:9.0f} {100 * shift(voice.spectrum, own.spectrum):+11.1f} "
                f"{voice.centroid:12.0f} {voice.level:7.2f} {error:13.2f}",
                flush=True,
            )
        levels = [voice.level for voice in voices]
        print(f"  levels within {max(levels) - min(levels):.2f} dB")
        show_closest(voices)
        show_speeds(engine)


def measure(engine: Any, voice: str, ears: Any, count: int) -> Voice:
    """Have one voice say the sentences, and hear them."""
    said = [b"".join(pcm for _, pcm in engine.speak(text, voice)) for text in islice(SENTENCES, count)]
    samples = pcm16_to_float(b"".join(said))
    wrong = total = 0
    for text, pcm in zip(SENTENCES, said, strict=False):
        heard = ears.transcribe(resample(pcm16_to_float(pcm), RATE, HEARING_RATE)).text
        wrong += errors(words(text), words(heard))
        total += len(words(text))
    power = average_power(samples)
    hz = np.fft.rfftfreq(2048, 1 / RATE)
    level = float(np.mean([level_dbfs(pcm) for pcm in said]))
    return Voice(voice, pitch_hz(samples), spectrum(power), float(hz @ power / power.sum()), level, wrong, total)


def words(text: str) -> list[str]:
    """Return the words of a sentence in one spelling."""
    found = re.findall(r"[a-z0-9']+", text.lower().replace("'clock", "clock").replace(":00", ""))
    return [_IN_WORDS.get(word) or _SAME_WORD.get(word, word) for word in found]


def errors(said: list[str], heard: list[str]) -> int:
    """Return how many words have to be added, dropped or changed to turn one text into the other."""
    row = list(range(len(heard) + 1))
    for count, word in enumerate(said, 1):
        above, row = row, [count]
        for column, other in enumerate(heard):
            row.append(min(above[column + 1] + 1, row[column] + 1, above[column] + (word != other)))
    return row[-1]


def pitch_hz(samples: Float32) -> float:
    """Return the median pitch, by autocorrelation of windows of 60 ms."""
    length = RATE * 60 // 1000
    window = np.hanning(length).astype(np.float32)
    shape = np.fft.irfft(np.abs(np.fft.rfft(window, 4096)) ** 2)
    lags = np.arange(RATE // _HIGHEST_HZ, RATE // _LOWEST_HZ)
    found = []
    for start in range(0, len(samples) - length, length):
        power = np.fft.irfft(np.abs(np.fft.rfft(samples[start : start + length] * window, 4096)) ** 2)
        if power[0] < 1:
            continue
        likeness = power[lags] / power[0] * shape[0] / shape[lags]
        best = likeness.max()
        if best > 0.6:
            # Twice the period is as good; the first that is nearly as good is the period itself.
            first = int(np.flatnonzero(likeness > 0.9 * best)[0])
            top = first + int(likeness[first : first + 20].argmax())
            found.append(RATE / lags[top])
    return float(np.median(found))


def average_power(samples: Float32) -> Float32:
    """Return the mean power spectrum, shape ``(1025,)``."""
    frames = np.lib.stride_tricks.sliding_window_view(samples, 2048)[::1024] * np.hanning(2048)
    return np.asarray((np.abs(np.fft.rfft(frames, axis=1)) ** 2).mean(axis=0), dtype=np.float32)


def spectrum(power: Float32) -> Float32:
    """Return the envelope of a power spectrum in dB over the logarithm of frequency, its slope taken off."""
    hz = np.fft.rfftfreq(2048, 1 / RATE)
    width = 2 ** (1 / 6)
    bands = [np.log10(power[(hz >= centre / width) & (hz <= centre * width)].mean()) for centre in _FORMANTS]
    slope = np.polynomial.Polynomial.fit(np.arange(len(bands)), bands, 1)
    return np.asarray(10 * (bands - slope(np.arange(len(bands)))), dtype=np.float32)


def shift(one: Float32, other: Float32) -> float:
    """Return by what part the formants of one spectrum are higher than those of another."""
    steps = range(-24, 25)
    inner = other[24:-24]
    likeness = [float(np.corrcoef(one[24 + step : len(one) - 24 + step], inner)[0, 1]) for step in steps]
    return float(2 ** (steps[int(np.argmax(likeness))] / 48) - 1)


def semitones(one: Voice, other: Voice) -> float:
    """Return how far two voices' pitches are apart."""
    return float(abs(12 * np.log2(one.pitch / other.pitch)))


def show_closest(voices: list[Voice]) -> None:
    """Print the pairs that are nearest in pitch, and how their formants differ."""
    pairs = sorted(combinations(voices, 2), key=lambda pair: semitones(*pair))[:3]
    for one, other in pairs:
        formants = 100 * abs(shift(one.spectrum, other.spectrum))
        print(f"  near: {one.name} and {other.name}: {semitones(one, other):.1f} semitones, formants {formants:.1f} %")


def show_speeds(engine: Any) -> None:
    """Print how long a paragraph takes at other speeds, as a part of what is asked for."""
    text = " ".join(SENTENCES[:4])
    length = {s: sum(len(pcm) for _, pcm in engine.speak(text, "marin", s)) for s in (0.25, 0.5, 1.0, 1.25, 1.5)}
    ratios = ", ".join(f"{speed}: {length[1.0] / nbytes:.2f}" for speed, nbytes in length.items())
    print(f"  speed asked for: speed measured   {ratios}")


if __name__ == "__main__":
    main()
