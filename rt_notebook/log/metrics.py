"""How long it took, what was used, what it cost: by response, by turn and of the whole log."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rt_notebook.log.billing import AtPrices, checked, tokens_of, total, unpriced, usd_of
from rt_notebook.log.prices import Prices, Tokens
from rt_notebook.log.reading import Reading, read

if TYPE_CHECKING:
    import pandas as pd

    from rt_notebook.log.records import Bill
    from rt_notebook.log.store import EventStore
    from rt_notebook.log.turns import Turn

_STEPS = {
    "vad_wait_ms": ("speech_end", "stopped", "turn detection waits"),
    "created_ms": ("asked", "created", "asked to response.created"),
    "first_text_ms": ("asked", "first_text", "asked to first text"),
    "first_audio_ms": ("asked", "first_audio", "asked to first audio"),
    "first_heard_ms": ("asked", "heard", "asked to first sample heard"),
    "voice_to_voice_ms": ("speech_end", "heard", "voice to voice"),
}
"""Column -> what it counts from, what to, and what it is called."""


def latency(log: EventStore) -> Latencies:
    """Return how long the answers took."""
    return Latencies(read(log).turns)


def usage(log: EventStore) -> Usage:
    """Return what was used."""
    return Usage(read(log))


def cost(log: EventStore) -> Cost:
    """Return what it cost, at the prices of the models that the session reported."""
    times = log.columns("t")["t"]
    return Cost(read(log), times[-1] - times[0] if times else 0.0)


class Latencies:
    """How long answers took, ms: ``df`` has a row a turn, ``stats`` their distribution.

    - ``vad_wait_ms``: from the end of the user's voice to where turn detection took the turn.
    - ``created_ms``, ``first_text_ms``, ``first_audio_ms``, ``first_heard_ms``: from where the answer was asked for, by
      `response.create` or by turn detection, to `response.created`, the first delta of words, the first of sound,
      and the first sample that left the loudspeaker.
    - ``voice_to_voice_ms``: from the end of the user's voice to the first sample heard.

    After `semantic_vad`, which does not tell how long it waited, nobody knows when the voice ended.
    """

    def __init__(self, turns: list[Turn]) -> None:
        self._rows = {turn.number: {name: _between(turn, *ends[:2]) for name, ends in _STEPS.items()} for turn in turns}

    @cached_property
    def df(self) -> pd.DataFrame:
        """One row a turn, by its number; ms, missing where a step did not happen or nobody told of it."""
        import pandas as pd

        frame = pd.DataFrame.from_dict(self._rows, orient="index", columns=list(_STEPS)).astype("float64")
        frame.index = pd.Index(list(self._rows), dtype="int64", name="turn")
        return frame

    @cached_property
    def stats(self) -> pd.DataFrame:
        """One row a step: ``count``, ``p50``, ``p95`` and ``max``, ms."""
        import pandas as pd

        columns = {
            "count": self.df.count(),
            "p50": self.df.quantile(0.5),
            "p95": self.df.quantile(0.95),
            "max": self.df.max(),
        }
        return pd.DataFrame(columns)

    @property
    def p50(self) -> pd.Series[Any]:
        """The median of each step, ms."""
        return self.stats["p50"]

    @property
    def p95(self) -> pd.Series[Any]:
        """The time within which 95 % of the turns have done each step, ms."""
        return self.stats["p95"]

    @property
    def max(self) -> pd.Series[Any]:
        """The longest, ms."""
        return self.stats["max"]

    def _shown(self) -> pd.DataFrame:
        names = {name: called for name, (_, _, called) in _STEPS.items()}
        return self.stats[self.stats["count"] > 0].rename(index=names)

    def __repr__(self) -> str:
        shown = self._shown()
        head = f"Latency of {_count(len(self._rows), 'turn')}, ms"
        return head if shown.empty else f"{head}\n{shown.to_string(float_format='{:.0f}'.format)}"

    def _repr_html_(self) -> str:
        table = self._shown().to_html(float_format="{:.0f}".format, border=0)
        return f"<div><b>Latency of {_count(len(self._rows), 'turn')}, ms</b>{table}</div>"


class Usage:
    """What was used, as the server counts it: tokens by kind, and seconds of sound.

    ``df`` has a row a response or transcription; `by_response` and `by_turn` add up.
    """

    def __init__(self, reading: Reading) -> None:
        self._bills = reading.bills
        self.tokens = sum((tokens_of(bill) for bill in self._bills if bill.what == "response"), Tokens())
        """Of all responses: ``input_text``, ``input_audio``, ``input_image``, ``cached_text``, ``cached_audio``,
        ``cached_image``, ``output_text``, ``output_audio``; ``input``, ``cached``, ``output`` and ``total``."""
        self.transcription = sum((tokens_of(bill) for bill in self._bills if bill.what == "transcription"), Tokens())
        """Of all transcriptions: tokens, or ``seconds`` of sound."""
        self.audio_in_s, self.audio_out_s = _talk_seconds(reading)
        """Seconds of sound that the user's items hold, pauses included, and seconds that were generated."""

    def __getattr__(self, name: str) -> int:
        if name in _SUMS:
            return int(getattr(self.tokens, name.removesuffix("_tokens")))
        raise AttributeError(f"'Usage' object has no attribute {name!r}; there are {', '.join(_SUMS)}")

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *_SUMS]

    @cached_property
    def df(self) -> pd.DataFrame:
        """One row a response or transcription.

        Columns: ``what``, ``id``, ``turn``, ``connection``, ``t``, ``model``, then tokens by kind (those that were
        cached are a part of the input) and, of what is paid by time, ``seconds``.
        """
        return _frame(self._bills, [tokens_of(bill) for bill in self._bills])

    @property
    def by_response(self) -> pd.DataFrame:
        """One row a response, by its id: tokens by kind."""
        return self.df[self.df["what"] == "response"].set_index("id")[_KINDS]

    @property
    def by_turn(self) -> pd.DataFrame:
        """One row a turn, by its number: tokens by kind of its responses."""
        return self.df[self.df["what"] == "response"].groupby("turn")[_KINDS].sum()

    def __repr__(self) -> str:
        tokens = self.tokens
        cached = f" ({tokens.cached:,} of them cached)" if tokens.cached else ""
        given = ", ".join(_kinds(tokens, "input"))
        made = ", ".join(_kinds(tokens, "output"))
        responses = sum(bill.what == "response" for bill in self._bills)
        lines = [
            f"Usage of {_count(responses, 'response')}: {tokens.total:,} tokens",
            f"  in  {tokens.input:,}{cached}" + (f": {given}" if given else ""),
            f"  out {tokens.output:,}" + (f": {made}" if made else ""),
            f"  sound: {self.audio_in_s:.1f} s of the user's, {self.audio_out_s:.1f} s generated",
        ]
        heard = self.transcription
        if heard.total or heard.seconds:
            parts = [f"{heard.total:,} tokens"] * bool(heard.total) + [f"{heard.seconds:.1f} s"] * bool(heard.seconds)
            lines.append(f"  transcription: {' and '.join(parts)}")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class PerMinute:
    """USD a minute."""

    talking: float | None
    """Of the sound of both, the user's and the assistant's; None where there is none."""
    session: float | None
    """Of the log, from its first row to its last."""


class Cost:
    """What a session cost, USD: tokens, and the transcription.

    Nobody is paid where the session went to a server other than OpenAI's or Azure's, or to a model whose prices nobody
    knows: `usd` is None then. ``cost.at("gpt-realtime")`` or ``cost.at(rt.OCTOBER_2024)`` tells what it would cost.
    """

    def __init__(self, reading: Reading, seconds: float, prices: AtPrices = None) -> None:
        self._reading = reading
        self._seconds = seconds
        self._prices = prices
        self.usd = total(reading.bills, prices)
        """The whole, as far as it is known; None where nothing of it is."""
        self.unpriced = unpriced(reading.bills, prices)
        """What is not in it, since it has no known price; a line each."""

    def at(self, prices: Prices | str) -> Cost:
        """Return what the same would cost at other prices.

        Parameters
        ----------
        prices
            A table such as ``rt.OCTOBER_2024`` or ``rt.Prices(...)``, or the name of a model of OpenAI's.

        Raises
        ------
        TypeError, ValueError
            These are no prices, or nobody knows the model's.
        """
        return Cost(self._reading, self._seconds, checked(prices))

    @property
    def per_minute(self) -> PerMinute:
        """USD a minute of talking, and of the session."""
        usd, talk = self.usd, sum(_talk_seconds(self._reading))
        return PerMinute(
            None if usd is None or not talk else usd / talk * 60,
            None if usd is None or not self._seconds else usd / self._seconds * 60,
        )

    @cached_property
    def df(self) -> pd.DataFrame:
        """One row a response or transcription: the columns of ``usage.df`` and ``usd``, missing where it is unknown."""
        import pandas as pd

        bills = self._reading.bills
        frame = _frame(bills, [tokens_of(bill) for bill in bills])
        frame["usd"] = pd.Series([usd_of(bill, self._prices) for bill in bills], dtype="float64")
        return frame

    @property
    def by_response(self) -> pd.DataFrame:
        """One row a response, by its id: ``turn``, ``model`` and ``usd``."""
        return self.df[self.df["what"] == "response"].set_index("id")[["turn", "model", "usd"]]

    @property
    def by_turn(self) -> pd.DataFrame:
        """One row a turn, by its number: ``responses``, ``transcription`` and ``usd``, the sum; all USD."""
        frame = self.df[self.df["turn"].notna()]
        sums = frame.pivot_table("usd", index="turn", columns="what", aggfunc=_sum, dropna=False)
        sums = sums.rename(columns={"response": "responses"}).reindex(columns=["responses", "transcription"])
        sums = sums.astype("float64")
        sums["usd"] = sums.sum(axis=1, min_count=1)
        sums.columns.name = None
        return sums

    def __repr__(self) -> str:
        lines = [self._head()]
        if self.usd is not None:
            minute = self.per_minute
            each = [("talking", minute.talking), ("the session", minute.session)]
            told = [f"{usd:.4f} USD a minute of {what}" for what, usd in each if usd is not None]
            lines += [f"  {'; '.join(told)}"] * bool(told)
        if self.unpriced and not self._free:
            lines.append(f"  not in it, without a known price: {'; '.join(self.unpriced)}")
        return "\n".join(lines)

    @property
    def _free(self) -> bool:
        return self._prices is None and all(bill.paid is False for bill in self._reading.bills)

    def _head(self) -> str:
        bills = self._reading.bills
        if not bills:
            return "Cost: nothing was used yet"
        if self._free:
            return "Cost: nobody is paid for this session; .at('gpt-realtime') or .at(rt.OCTOBER_2024) prices it"
        if self.usd is None:
            return "Cost: unknown"
        least = "at least " if self.unpriced else ""
        return f"Cost: {least}{self.usd:.4f} USD, by the prices of {self._by(bills)}"

    def _by(self, bills: list[Bill]) -> str:
        if isinstance(self._prices, Prices):
            return self._prices.name
        priced = [bill for bill in bills if bill.model and usd_of(bill, self._prices) is not None]
        models = [self._prices or bill.model for bill in priced if bill.what == "response"]
        models += [bill.model for bill in priced if bill.what == "transcription"]
        return f"{', '.join(name for name in dict.fromkeys(models) if name)} (package genai-prices)"


_KINDS = [f"{field.name}_tokens" for field in fields(Tokens) if field.name != "seconds"]
_SUMS = [*_KINDS, "input_tokens", "cached_tokens", "output_tokens", "total_tokens"]


def _frame(bills: list[Bill], tokens: list[Tokens]) -> pd.DataFrame:
    import pandas as pd

    columns = {
        "what": pd.Series([bill.what for bill in bills], dtype="string"),
        "id": pd.Series([bill.id for bill in bills], dtype="string"),
        "turn": pd.Series([bill.turn.number if bill.turn else None for bill in bills], dtype="Int64"),
        "connection": pd.Series([bill.connection for bill in bills], dtype="Int64"),
        "t": pd.Series([bill.t for bill in bills], dtype="float64"),
        "model": pd.Series([bill.model for bill in bills], dtype="string"),
    }
    for name in _KINDS:
        values = [getattr(each, name.removesuffix("_tokens")) for each in tokens]
        columns[name] = pd.Series(values, dtype="Int64")
    columns["seconds"] = pd.Series([each.seconds for each in tokens], dtype="float64")
    return pd.DataFrame(columns)


def _sum(values: pd.Series[Any]) -> float:
    return float(values.sum(min_count=1))


def _talk_seconds(reading: Reading) -> tuple[float, float]:
    user = sum(said.audio_ms for said in reading.items if said.item.role == "user")
    made = sum(answer.audio_ms for answer in reading.answers)
    return user / 1000, made / 1000


def _between(turn: Turn, since: str, until: str) -> float | None:
    begin, end = getattr(turn, since), getattr(turn, until)
    return None if begin is None or end is None else (end - begin) * 1000


def _kinds(tokens: Tokens, side: str) -> list[str]:
    counts = ((kind, getattr(tokens, f"{side}_{kind}", 0)) for kind in ("text", "audio", "image"))
    return [f"{count:,} {kind}" for kind, count in counts if count]


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"
