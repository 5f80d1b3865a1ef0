"""The catalog against the unions of the `openai` package: a new release of it shows here what is missing."""

import importlib
from typing import Annotated, Any, get_args, get_origin

import pytest

from rt_notebook.protocol.catalog import CATALOG, Dialect, Direction, types
from rt_notebook.protocol.check import MODULES, model_of


def union_of(dialect: Dialect, direction: Direction) -> dict[str, str]:
    """Event type -> model name, as the package has them."""
    module = importlib.import_module(MODULES[dialect])
    union: Any = getattr(module, "RealtimeClientEvent" if direction == "client" else "RealtimeServerEvent")
    if get_origin(union) is Annotated:
        union = get_args(union)[0]
    return {get_args(model.model_fields["type"].annotation)[0]: model.__name__ for model in get_args(union)}


@pytest.mark.parametrize("direction", ["client", "server"])
@pytest.mark.parametrize("dialect", ["ga", "beta"])
def test_catalog_is_the_package_s_union(dialect: Dialect, direction: Direction) -> None:
    ours = {name: CATALOG[name].model(dialect) for name in types(direction, dialect)}
    assert ours == union_of(dialect, direction)


def test_every_model_can_be_had() -> None:
    for name in [*types("client"), *types("server")]:
        for dialect in ("ga", "beta"):
            if CATALOG[name].model(dialect):
                assert model_of(name, dialect).__name__ == CATALOG[name].model(dialect)


def test_what_follows_is_in_the_catalog() -> None:
    for event in CATALOG.values():
        assert set(event.follows) <= set(CATALOG), event.type
        assert event.meaning.endswith("."), event.type
        assert "\n" not in event.meaning
