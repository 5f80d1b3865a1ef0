"""Tells which language an utterance is in, as far as the tutor must know: English, Chinese, or another."""

from __future__ import annotations

import re
from typing import NamedTuple

ENGLISH_AND_CHINESE = "I understand English and Chinese only. Please ask me in one of them."

_LOOKED_AT = 400  # characters
_HAN = re.compile(r"[\u3400-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")

# Traditional characters of what the tutor is asked, in their simplified form: Whisper writes either.
_TRADITIONAL = str.maketrans(
    "實時會話語音請問麼說話謝謝見應對話單復雜歡聽講嗎東樣種這個門麥風揚聲轉寫檢測輪換斷響應函數調錯誤費價錢時間氣溫幾點計鐘開關燈讓給誰無樂"
    "題靈閾靜靜緩衝區編碼憑證鑰試與結果連線網絡數據庫紀錄頭續長",
    "实时会话语音请问么说话谢谢见应对话单复杂欢听讲吗东样种这个门麦风扬声转写检测轮换断响应函数调错误费价钱时间气温几点计钟开关灯让给谁无乐"
    "题灵阈静静缓冲区编码凭证钥试与结果连线网络数据库纪录头续长",
)


class Language(NamedTuple):
    """A language that the tutor recognises and does not speak."""

    name: str
    sentence: str
    """That it understands English and Chinese only, in this language."""
    words: frozenset[str] = frozenset()
    """Frequent words that English does not have, for a language in Latin letters."""
    script: str = ""
    """The letters of a language that has its own, for a regular expression's class."""


def _latin(name: str, sentence: str, words: str) -> Language:
    return Language(name, sentence, words=frozenset(words.split()))


_OTHERS = (
    _latin("German", "Ich verstehe nur Englisch und Chinesisch.",
           "ist das wie was und nicht ich du der die ein eine wer bitte kannst hallo mir danke auf wo warum für"),
    _latin("French", "Je ne comprends que l'anglais et le chinois.",
           "est que le la les une je tu vous qui quoi bonjour merci pourquoi comment quel quelle des avec pas c"),
    _latin("Spanish", "Solo entiendo inglés y chino.",
           "qué que es el la los una cómo como está hola gracias por favor quién cuál puedes tú yo hace tiempo"),
    _latin("Italian", "Capisco solo l'inglese e il cinese.",
           "che è il la gli una come ciao grazie chi cosa perché sono puoi questo della tempo fa buongiorno"),
    _latin("Portuguese", "Só entendo inglês e chinês.",
           "que é o os uma como você olá obrigado quem qual porque não isso está tempo bom dia"),
    _latin("Dutch", "Ik versta alleen Engels en Chinees.",
           "wat het een en niet ik jij wie hoe waarom hallo bedankt dank kun je van voor weer"),
    Language("Japanese", "英語と中国語しかわかりません。", script="\u3040-\u30ff"),
    Language("Korean", "저는 영어와 중국어만 알아듣습니다.", script="\uac00-\ud7af\u1100-\u11ff"),
    Language("Russian", "Я понимаю только английский и китайский.", script="\u0400-\u04ff"),
    Language("Arabic", "أفهم الإنجليزية والصينية فقط.", script="\u0600-\u06ff"),
    Language("Greek", "Καταλαβαίνω μόνο αγγλικά και κινέζικα.", script="\u0370-\u03ff"),
    Language("Hindi", "मैं केवल अंग्रेज़ी और चीनी समझता हूँ।", script="\u0900-\u097f"),
    Language("Hebrew", "אני מבין רק אנגלית וסינית.", script="\u0590-\u05ff"),
)  # fmt: skip
_ENOUGH_WORDS = 2


def is_chinese(utterance: str) -> bool:
    """Tell whether an utterance is Chinese: no fewer Chinese characters in it than Latin words, and no kana."""
    text = utterance[:_LOOKED_AT]
    characters = len(_HAN.findall(text))
    return characters > 0 and characters >= len(_LATIN_WORD.findall(text)) and not _KANA.search(text)


def simplified(text: str) -> str:
    """Return Chinese text with the traditional characters that matter here made simplified ones."""
    return text.translate(_TRADITIONAL)


def other(utterance: str) -> Language | None:
    """Return the language of an utterance that is neither English nor Chinese, None where it may be either."""
    text = utterance[:_LOOKED_AT].lower()
    letters = len(re.findall(r"[^\W\d_]", text))
    for language in _OTHERS:
        if language.script and 2 * len(re.findall(f"[{language.script}]", text)) > letters:
            return language
    words = re.findall(r"[^\W\d_]+", text)
    found = max(_OTHERS, key=lambda language: sum(word in language.words for word in words))
    counted = sum(word in found.words for word in words)
    return found if counted >= _ENOUGH_WORDS and 2 * counted >= len(words) - 1 else None


def plea(language: Language | None) -> str:
    """Return the request to speak English or Chinese, in the user's language too where it is known."""
    return f"{ENGLISH_AND_CHINESE} {language.sentence}" if language else ENGLISH_AND_CHINESE
