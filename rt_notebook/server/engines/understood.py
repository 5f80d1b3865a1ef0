"""Whether the tutor understands an utterance: it is made for English and Chinese, and says so in other languages."""

from __future__ import annotations

import re

from rt_notebook.server.engines.languages import language_of

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

_SENTENCES = {
    "de": "Ich verstehe nur Englisch und Chinesisch.",
    "fr": "Je ne comprends que l'anglais et le chinois.",
    "es": "Solo entiendo inglés y chino.",
    "it": "Capisco solo l'inglese e il cinese.",
    "pt": "Só entendo inglês e chinês.",
    "nl": "Ik versta alleen Engels en Chinees.",
    "ja": "英語と中国語しかわかりません。",
    "ko": "저는 영어와 중국어만 알아듣습니다.",
    "ru": "Я понимаю только английский и китайский.",
    "ar": "أفهم الإنجليزية والصينية فقط.",
    "el": "Καταλαβαίνω μόνο αγγλικά και κινέζικα.",
    "hi": "मैं केवल अंग्रेज़ी और चीनी समझता हूँ।",
    "he": "אני מבין רק אנגלית וסינית.",
}
"""That it understands English and Chinese only, by the language's ISO 639-1 code."""


def is_chinese(utterance: str) -> bool:
    """Tell whether an utterance is Chinese: no fewer Chinese characters in it than Latin words, and no kana."""
    text = utterance[:_LOOKED_AT]
    characters = len(_HAN.findall(text))
    return characters > 0 and characters >= len(_LATIN_WORD.findall(text)) and not _KANA.search(text)


def simplified(text: str) -> str:
    """Return Chinese text with the traditional characters that matter here made simplified ones."""
    return text.translate(_TRADITIONAL)


def foreign(utterance: str) -> str | None:
    """Return the ISO 639-1 code of a language that is neither English nor Chinese, None where it may be either."""
    language = language_of(utterance[:_LOOKED_AT])
    return None if language in ("en", "zh") else language


def plea(language: str | None) -> str:
    """Return the request to speak English or Chinese, in the user's language too where that is known."""
    return f"{ENGLISH_AND_CHINESE} {_SENTENCES.get(language or '', '')}".rstrip()
