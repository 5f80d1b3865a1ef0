"""The language of a sentence is found from its letters and its small words; what cannot be told stays as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rt_notebook.server.engines.language_words import LETTERS, WORDS
from rt_notebook.server.engines.languages import KNOWN, language_of, readable, runs

SENTENCES = {
    "en": "The server sends an event for every step of the answer.",
    "de": "Ich möchte gerne wissen, wie das Mikrofon funktioniert.",
    "fr": "Je voudrais savoir comment fonctionne le microphone.",
    "es": "Me gustaría saber cómo funciona el micrófono.",
    "it": "Vorrei sapere come funziona il microfono di questo computer.",
    "pt": "Eu gostaria de saber como o microfone não funciona.",
    "nl": "Ik wil graag weten hoe de microfoon van het systeem werkt.",
    "pl": "Chciałbym się dowiedzieć, jak działa ten mikrofon.",
    "tr": "Bu mikrofonun nasıl çalıştığını öğrenmek için ne yapmalı?",
    "sv": "Jag skulle vilja veta hur mikrofonen inte fungerar.",
    "da": "Hvordan kan jeg bruge mikrofonen, og hvad skal jeg gøre af det?",
    "nb": "Jeg vil gjerne vite noe om hvordan mikrofonen ikke virker, og hva jeg skal gjøre nå.",
    "fi": "Minä haluan tietää, kuinka tämä mikrofoni toimii, mutta en ole varma.",
    "cs": "Chtěl bych vědět, jak se ten mikrofon používá, ale nevím, co je to.",
    "hu": "Szeretném tudni, hogy hogyan működik ez a mikrofon, de nem értem.",
    "ro": "Aș vrea să știu cum funcționează acest microfon și care este prețul.",
    "id": "Saya ingin tahu apa yang harus dilakukan dengan mikrofon ini.",
    "vi": "Tôi muốn biết micro này hoạt động như thế nào.",
    "zh": "我想知道麦克风怎么用。",
    "ja": "マイクの使い方を教えてください。",
    "ko": "마이크를 어떻게 사용하나요?",
    "ru": "Я хочу знать, как работает этот микрофон.",
    "uk": "Я хочу знати, як працює мікрофон, і що його їсть.",
    "bg": "Искам да знам как работи микрофонът.",
    "sr": "Желим да знам како микрофон ради, људи.",
    "kk": "Микрофон қалай жұмыс істейді?",
    "el": "Θέλω να μάθω πώς λειτουργεί το μικρόφωνο.",
    "hy": "Ես ուզում եմ իմանալ։",
    "he": "אני רוצה לדעת איך המיקרופון עובד.",
    "ar": "أريد أن أعرف كيف يعمل الميكروفون.",
    "fa": "می‌خواهم بدانم میکروفون چگونه کار می‌کند.",
    "ur": "میں جاننا چاہتا ہوں کہ یہ کیسے چلتا ہے، لڑکے ٹھیک ہیں۔",
    "hi": "मैं जानना चाहता हूँ कि माइक्रोफ़ोन कैसे काम करता है।",
    "mr": "मला हे कळले पाहिजे.",
    "bn": "আমি জানতে চাই মাইক্রোফোন কীভাবে কাজ করে।",
    "ta": "மைக்ரோஃபோன் எப்படி வேலை செய்கிறது?",
    "th": "ฉันอยากรู้ว่าไมโครโฟนทำงานอย่างไร",
    "ka": "მინდა ვიცოდე, როგორ მუშაობს მიკროფონი.",
    "am": "ማይክሮፎኑ እንዴት እንደሚሰራ ማወቅ እፈልጋለሁ።",
}


@pytest.mark.parametrize("language", SENTENCES)
def test_sentences_are_told_apart(language: str) -> None:
    assert language_of(SENTENCES[language]) == language


@pytest.mark.parametrize(
    "text",
    [
        "Café Müller is closed, isn't it?",
        "The word 你好 means hello, und Grüße.",
        "Say 'guten Tag' to her, please.",
        "No problem, no problemo.",
        "Pokémon!",
        "An RSS of 1,234 MB.",
        "Zürich and München.",
        "I met José in Los Angeles.",
        "const x = await fetch(url);",
        "1 + 1 = 2",
        "",
    ],
)
def test_single_foreign_words_do_not_make_a_foreign_sentence(text: str) -> None:
    assert language_of(text) == "en"


@pytest.mark.parametrize(
    ("text", "language"),
    [("Bonjour!", "fr"), ("¡Hola!", "es"), ("Guten Tag!", "de"), ("Merci beaucoup!", "fr"), ("Danke schön.", "de")],
)
def test_a_greeting_is_enough(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "Vielen Dank, bis morgen!",
        "Guten Abend allerseits",
        "Herzlich willkommen zum Workshop",
        "Bitte warten",
        "Wie geht's?",
        "Wie geht’s?",
        "Der Server antwortet.",
        "Sprichst du Deutsch?",
        "Semantic VAD wartet länger",
        "Ich spreche kein Englisch.",
        "Die Sitzung dauert zu lange.",
    ],
)
def test_short_german_is_german(text: str) -> None:
    assert language_of(text) == "de"


@pytest.mark.parametrize(
    "text",
    [
        "The server says bitte warten.",
        "The word willkommen means welcome.",
        "Die hard is a film.",
        "Semantic VAD waits longer.",
        "Server VAD, semantic VAD or none.",
        "Press play and wait.",
    ],
)
def test_english_stays_english(text: str) -> None:
    assert language_of(text) == "en"


def test_what_cannot_be_told_is_in_the_language_around_it() -> None:
    assert language_of("Berlin, 1989.", "de") == "de"
    assert language_of("漢字", "ja") == "ja"
    assert language_of("Добре", "uk") == "uk"
    assert language_of("42", "zh") == "zh"
    assert language_of("Python", "zh") == "en"
    assert language_of("This is the end of it.", "de") == "en"


def test_runs_are_whole_sentences_of_one_language() -> None:
    text = "Guten Tag! Wie geht es Ihnen? Fine, thank you. 我想学 Python 编程。你会吗? Yes, I do."
    assert list(runs(text)) == [
        ("Guten Tag! Wie geht es Ihnen? ", "de"),
        ("Fine, thank you. ", "en"),
        ("我想学 Python 编程。你会吗? ", "zh"),
        ("Yes, I do.", "en"),
    ]


@given(st.text() | st.lists(st.sampled_from([*SENTENCES.values(), " ", "\n", "😀", "Ꮳ"])).map("".join))
def test_joined_runs_are_the_text(text: str) -> None:
    found = list(runs(text))
    assert "".join(run for run, _ in found) == text
    assert {language for _, language in found} <= KNOWN


def test_scripts_that_no_known_language_is_written_in_are_not_readable() -> None:
    assert not any(map(readable, ["ᏣᎳᎩ", "བོད", "𓀀", "...", "😀", ""]))
    assert all(map(readable, ["x", "7", "é", "你", "ß?", "٣"]))


def test_the_tables_agree() -> None:
    assert set().union(*LETTERS.values()) <= WORDS.keys()
    for language, words in WORDS.items():
        assert len(words.split()) == len(set(words.split())), language
        assert words == words.lower()
