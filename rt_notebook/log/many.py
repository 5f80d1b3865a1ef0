"""`rt.load_many`: the recordings of many sessions as one table."""

from __future__ import annotations

import glob
import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, overload

from rt_notebook.errors import RealtimeError, RecordingError
from rt_notebook.log.eventlog import EventLog
from rt_notebook.log.loading import load
from rt_notebook.log.parquet import stem, write
from rt_notebook.log.unpacking import Progress

if TYPE_CHECKING:
    import pandas as pd

_KINDS = (".jsonl", ".jsonl.gz", ".jsonl.zst", ".jsonl.zstd")
"""What is taken for a recording in a folder."""


def load_many(files: str | Path | Iterable[str | Path]) -> Sessions:
    """Find the recordings of many sessions; each is read when it is first needed, and is not kept.

    Parameters
    ----------
    files
        A pattern such as ``"sessions/*.jsonl"`` (``**`` goes into folders), a folder, or paths.

    Raises
    ------
    RecordingError
        There is no such file.
    """
    if isinstance(files, str | os.PathLike):
        whole = Path(files).expanduser()
        if whole.is_dir():
            paths = sorted(path for path in whole.iterdir() if path.name.endswith(_KINDS))
        else:
            paths = sorted(Path(path) for path in glob.glob(str(whole), recursive=True) if Path(path).is_file())  # noqa: PTH207 - absolute patterns too
    else:
        paths = [Path(path).expanduser() for path in files]
    if not paths:
        raise RecordingError(
            files if isinstance(files, str | os.PathLike) else "no files",
            "no recording is found there. A pattern is such as 'sessions/*.jsonl'; in a folder recordings end in "
            f"{', '.join(_KINDS)}.",
        )
    return Sessions(paths)


class Sessions(Sequence[EventLog]):
    """Recordings by name and position: ``sessions[0]``, ``sessions["lesson"]``; `df`, `turns`, `responses` of all.

    A file that cannot be read is left out, warned of once, and stands in `problems`.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = dict(zip(_names(paths), paths, strict=True))
        self.problems: dict[str, str] = {}
        """Name -> why it could not be read; filled as files are read."""
        self._frames: dict[str, pd.DataFrame] = {}

    @property
    def names(self) -> list[str]:
        """The sessions' names, those of their files; with the folders where two are called alike."""
        return list(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    @overload
    def __getitem__(self, key: int | str) -> EventLog: ...
    @overload
    def __getitem__(self, key: slice) -> Sessions: ...
    def __getitem__(self, key: int | str | slice) -> EventLog | Sessions:
        if isinstance(key, slice):
            return Sessions(list(self._paths.values())[key])
        if isinstance(key, str) and key not in self._paths:
            raise KeyError(f"there is no session {key!r}; .names lists them")
        return load(self._paths[key if isinstance(key, str) else self.names[key]])

    def __iter__(self) -> Iterator[EventLog]:
        """Yield the logs that can be read, one at a time."""
        for _, log in self.named():
            yield log

    def named(self) -> Iterator[tuple[str, EventLog]]:
        """Yield name and log of those that can be read, one at a time."""
        bad: list[str] = []
        progress = Progress("recordings", sum(_size(path) for path in self._paths.values()))
        done = events = 0
        for name, path in self._paths.items():
            try:
                log = load(path, progress=False)
            except (RealtimeError, OSError) as error:
                self.problems[name] = str(error)
                bad.append(name)
            else:
                events += len(log)
                yield name, log
            done += _size(path)
            progress.at(done, events)
        progress.end()
        if bad:
            told = "; ".join(self.problems[name] for name in bad[:3])
            more = f" (and {len(bad) - 3} more: .problems)" if len(bad) > 3 else ""
            warnings.warn(f"{len(bad)} of {len(self)} files are left out: {told}{more}", stacklevel=3)

    @property
    def df(self) -> pd.DataFrame:
        """`EventLog.df` of all, below each other, with the columns ``session`` (the name) and ``row`` in front."""
        return self._all("df", lambda log: log.df)

    @property
    def turns(self) -> pd.DataFrame:
        """`EventLog.turns` of all, with the column ``session`` in front."""
        return self._all("turns", lambda log: log.turns)

    @property
    def responses(self) -> pd.DataFrame:
        """`EventLog.responses` of all, with the column ``session`` in front."""
        return self._all("responses", lambda log: log.responses)

    def to_parquet(self, folder: str | Path, *, raw: bool = False) -> list[Path]:
        """Write all into a Parquet folder partitioned by session; returns the files (see `rt_notebook.log.parquet`)."""
        return [write([log], folder, names=[name], raw=raw)[0] for name, log in self.named()]

    def _all(self, what: str, frame_of: Callable[[EventLog], pd.DataFrame]) -> pd.DataFrame:
        import numpy as np
        import pandas as pd
        from pandas.api.types import union_categoricals

        if what not in self._frames:
            names: list[str] = []
            frames: list[pd.DataFrame] = []
            for name, log in self.named():
                names.append(name)
                frames.append(frame_of(log))
            frames = frames or [frame_of(EventLog())]
            categorical = [name for name, dtype in frames[0].dtypes.items() if dtype == "category"]
            whole = pd.concat([frame.astype(dict.fromkeys(categorical, object)) for frame in frames])
            for column in categorical:
                whole[column] = union_categoricals([frame[column] for frame in frames])
            sizes = [len(frame) for frame in frames] if names else []
            labels = pd.Categorical(np.repeat(np.array(names, object), sizes), names)
            whole.insert(0, "session", pd.Series(labels, whole.index))
            if what == "df":
                whole.insert(1, "row", whole.index)
            self._frames[what] = whole.reset_index(drop=True)
        return self._frames[what].copy()

    def __repr__(self) -> str:
        shown = ", ".join(self.names[:3]) + (", ..." if len(self) > 3 else "")
        return f"<{len(self)} sessions: {shown}; [0] is the first log; .df, .turns, .responses are of all>"


def _names(paths: Sequence[Path]) -> list[str]:
    """Return a name for each file, of its own."""
    short = [stem(path) for path in paths]
    if len(set(short)) == len(short):
        return short
    above = os.path.commonpath([path.absolute().parent for path in paths])
    return [path.absolute().relative_to(above).as_posix() for path in paths]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
