"""Puts simple requests in Chinese into the English that the search for tools understands, and results back."""

from __future__ import annotations

import re
from collections.abc import Callable

from rt_notebook.server.engines.understood import simplified

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"两": 2}
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10_000}
_NUMERAL = re.compile(
    r"[零一二两三四五六七八九十百千万]{1,12}(?=个|半|分|秒|小时|加|减|乘|除|等|是|$|[，。？!?])|(?<=[加减乘除以])[零一二两三四五六七八九十百千万]{1,12}"
)

_UNITS = {"分钟": "minutes", "秒钟": "seconds", "秒": "seconds", "小时": "hours"}
_SIGNS = (("加上", "plus"), ("加", "plus"), ("减去", "minus"), ("减", "minus"), ("乘以", "times"), ("乘", "times"),
          ("除以", "divided by"))  # fmt: skip
_DAYS = {"今天": "today", "明天": "tomorrow", "昨天": "yesterday", "今晚": "tonight", "现在": "now"}
_OPENING = re.compile(
    r"^(?:请问|请|告诉我|我想知道|想知道|帮我|给我|查一下|查查|查询|查|看看|一下|那么|那|你好|您好|[，,。\s])+"
)
_PLACE = r"(?P<place>[\u4e00-\u9fffA-Za-z、 ]{1,24}?)"
_WRAPPING = re.compile(r"^(?:在|去|到|是|就|那|那么|还有|和|嗯|我要|我想)+|(?:呢|吧|的|呀|啊|谢谢)+$")


def _weather(match: re.Match[str]) -> str:
    return f"what is the weather{_places(match['place'] or '')}"


def _clock(match: re.Match[str]) -> str:
    return f"what time is it{_places(match['place'] or '')}"


def _places(names: str) -> str:
    days = [english for chinese, english in _DAYS.items() if chinese in names]
    for chinese in _DAYS:
        names = names.replace(chinese, "")
    parts = [part.removeprefix("在").strip() for part in re.split(r"[和、]|以及|还有", names)]
    return "".join([*(f"{' and' if place else ''} in {part}" for place, part in enumerate(filter(None, parts))),
                    *(f" {day}" for day in days if day != "now")])  # fmt: skip


_REQUESTS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(rf"(?:{_PLACE})?的?(?:天气|气温|温度)"), _weather),
    (re.compile(rf"(?:{_PLACE})?(?:现在)?的?(?:几点|什么时间|时间)"), _clock),
    (
        re.compile(r"(?:定时|计时|闹钟)\D{0,8}?(?P<count>\d+(?:\.\d+)?)\s*(?P<unit>分钟|秒钟|秒|小时)"
                   r"|(?P<first>\d+(?:\.\d+)?)\s*(?P<its>分钟|秒钟|秒|小时)的?(?:定时|计时|闹钟|倒计时)"),
        lambda match: f"set a timer for {match['count'] or match['first']} {_UNITS[match['unit'] or match['its']]}",
    ),
    (re.compile(r"(?:定时|计时|闹钟)"), lambda _: "set a timer"),
    (re.compile(r"搜索(?:一下)?(?P<what>.+)"), lambda match: f"search for {match['what']}"),
    (re.compile(r"打开(?P<where>.{0,8}?)的?灯"), lambda match: f"turn on the light{_places(match['where'])}"),
    (re.compile(r"关[掉闭上]?(?P<where>.{0,8}?)的?灯"), lambda match: f"turn off the light{_places(match['where'])}"),
)  # fmt: skip


_DURATIONS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str] | str], ...] = (
    (re.compile(r"(\d+)个半(?:小时|钟头)|(\d+)个?(?:小时|钟头)半"), lambda found: f"{found[1] or found[2]}.5小时"),
    (re.compile(r"(\d+)分(?:钟)?半(?:钟)?"), r"\1.5分钟"),
    (re.compile(r"半个?(?:小时|钟头)"), "30分钟"),
    (re.compile(r"半分钟"), "30秒"),
    (re.compile(r"(\d+)个?(?:小时|钟头)"), r"\1小时"),
    (re.compile(r"(\d+)小时零?(\d+)分钟?"), lambda found: f"{60 * int(found[1]) + int(found[2])}分钟"),
    (re.compile(r"(\d+)分钟?零?(\d+)秒钟?"), lambda found: f"{60 * int(found[1]) + int(found[2])}秒"),
)
"""What stands for one amount in one unit, so that no part of it gets lost."""


def in_english(utterance: str) -> str:
    """Return a request in Chinese in English words; names stay as they are, and so does what is no known request."""
    text = _NUMERAL.sub(lambda match: str(_number(match[0])), simplified(utterance).strip())
    if re.search(r"\d\s*[加减乘除]", text):
        for chinese, english in _SIGNS:
            text = text.replace(chinese, f" {english} ")
        return text
    for pattern, whole in _DURATIONS:
        text = pattern.sub(whole, text)
    text = _OPENING.sub("", text)
    for pattern, put in _REQUESTS:
        if match := pattern.search(text):
            return put(match).rstrip("。？！?!. ")
    return _WRAPPING.sub("", text.rstrip("。？！?!. "))


# What results of tools are mostly made of.
_WORDS = {
    "temperature": "气温", "condition": "天气", "conditions": "天气", "wind": "风速", "humidity": "湿度",
    "sunny": "晴", "clear": "晴", "cloudy": "多云", "rain": "雨", "rainy": "有雨", "snow": "雪", "windy": "有风",
    "time": "时间", "price": "价格", "status": "状态", "city": "城市", "yes": "是", "no": "否", "and": "和",
    "degrees celsius": "摄氏度", "degrees fahrenheit": "华氏度", "kilometres an hour": "公里每小时",
    "minutes": "分钟", "seconds": "秒", "hours": "小时",
    **{english: chinese for chinese, english in _DAYS.items()},
}  # fmt: skip
_WORD = re.compile(rf" ?\b(?P<word>{'|'.join(sorted(_WORDS, key=len, reverse=True))})\b ?", re.IGNORECASE)
_MOMENT = re.compile(r"(?P<clock>\d\d:\d\d) on (?P<month>[A-Z][a-z]+) (?P<day>\d+)")
_MONTHS = re.findall(r"\w+", "January February March April May June July August September October November December")


def from_english(text: str) -> str:
    """Return a result with the words that are known in Chinese; the others stay."""
    text = _MOMENT.sub(lambda found: f"{_MONTHS.index(found['month']) + 1}月{found['day']}日{found['clock']}", text)
    return _WORD.sub(lambda found: _WORDS[found["word"].lower()], text)


def asks_for_more(utterance: str) -> bool:
    """Tell whether a few words ask for the same with something else: "北京呢？"."""
    return bool(re.search(r"呢|^那|^还有|^换|^和", simplified(utterance)))


def is_question(utterance: str) -> bool:
    """Tell whether an utterance is a question or a greeting, and so no reply."""
    return bool(re.search(r"什么|怎么|吗|谁|为什么|多少|几|再说|谢谢|再见|你好|重复", simplified(utterance)))


def _number(numeral: str) -> int:
    """Return the value of a Chinese numeral below a hundred million."""
    total, section, digit = 0, 0, 0
    for character in numeral:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character == "万":
            total, section, digit = (total + section + digit) * _SCALES["万"], 0, 0
        else:
            section, digit = section + (digit or 1) * _SCALES[character], 0
    return total + section + digit
