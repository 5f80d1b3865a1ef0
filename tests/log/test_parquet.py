"""Parquet: what other tools read without this package."""

from pathlib import Path

import pytest
from lesson import lesson

import rt_notebook as rt

duckdb = pytest.importorskip("duckdb")
pl = pytest.importorskip("polars")
NAMES = ["one", "two words/ä=%", "3"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("parquet")
    for name in NAMES:
        lesson().to_parquet(folder, session=name, raw=True)
    return folder


def test_duckdb_reads_it(folder: Path) -> None:
    rows = duckdb.sql(f"""
        SELECT session, count(*), sum(audio_ms), max("time") FROM
        read_parquet('{folder}/*/*.parquet', hive_partitioning = true) GROUP BY session
    """).fetchall()
    df = lesson().df
    assert {row[0]: row[1] for row in rows} == dict.fromkeys(NAMES, len(df))
    assert rows[0][2] == pytest.approx(df["audio_ms"].sum())
    assert abs((rows[0][3] - df["time"].max()).total_seconds()) < 1e-5
    ((raw,),) = duckdb.sql(f"""
        SELECT raw->>'$.session.id' FROM read_parquet('{folder}/session=one/*.parquet')
        WHERE type = 'session.created'
    """).fetchall()
    assert raw == df.loc[df["type"] == "session.created", "session_id"].iloc[0]


def test_polars_reads_it(folder: Path) -> None:
    table = pl.read_parquet(folder, hive_partitioning=True).filter(pl.col("session") == "one")
    df = lesson().df
    assert table["row"].to_list() == df.index.tolist()
    for column in ("t", "type", "direction", "text", "bytes", "output_index", "item_id"):
        assert table[column].to_list() == df[column].astype(object).where(df[column].notna(), None).tolist()
    assert [raw.encode() for raw in table["raw"]] == [lesson().raw(i) for i in range(len(df))]


def test_pandas_reads_it(folder: Path) -> None:
    import pandas as pd

    table = pd.read_parquet(folder)
    assert set(table["session"].astype(str)) == set(NAMES)
    assert len(table) == len(NAMES) * len(lesson())


def test_garbage_no_times_and_nothing(tmp_path: Path) -> None:
    log = rt.EventLog()
    log.append("server", b'{"type":"\xff"}', {"type": "rt.unreadable"}, 1, t=float("nan"))
    key = "sk-0123456789abcdefghij"
    error = {"type": "error", "error": {"message": f"wrong key {key}"}}
    log.append("server", b'{"type":"error","error":{"message":"wrong key %b"}}' % key.encode(), error, 1)
    path = log.to_parquet(tmp_path, session="x", raw=True)
    assert path == tmp_path / "session=x" / "events.parquet"
    table = pl.read_parquet(path, hive_partitioning=False)
    assert table["t"].to_list()[0] is table["time"].to_list()[0] is None
    assert table["error"].to_list()[1] == "wrong key " + "*" * len(key)
    assert key.encode() not in path.read_bytes()
    empty = rt.EventLog().to_parquet(tmp_path)
    assert pl.read_parquet(empty, hive_partitioning=False).schema == table.drop("raw").schema
    with pytest.raises(ValueError, match="not empty"):
        log.to_parquet(tmp_path, session="")


def test_many_sessions_go_into_one_folder(tmp_path: Path) -> None:
    lesson().save(tmp_path / "a.jsonl", audio=False)
    lesson("beta").save(tmp_path / "b.jsonl", audio=False)
    written = rt.load_many(tmp_path).to_parquet(tmp_path / "out")
    assert [path.parent.name for path in written] == ["session=a", "session=b"]
    assert rt.load(tmp_path / "a.jsonl").to_parquet(tmp_path / "out") == written[0]
