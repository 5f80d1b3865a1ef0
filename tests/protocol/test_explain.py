import pytest

from rt_notebook.protocol.catalog import CATALOG
from rt_notebook.protocol.explain import explain


@pytest.mark.parametrize("name", list(CATALOG))
def test_every_event_is_explained(name: str) -> None:
    explanation = explain(name)
    text = str(explanation)
    assert name in text
    assert CATALOG[name].meaning in text
    if CATALOG[name].direction != "local":
        assert any(field.path == "type" for field in explanation.fields)
        assert name in explanation._repr_html_()


def test_fields_go_down_to_the_turn_detection() -> None:
    paths = {field.path for field in explain("session.update").fields}
    assert {"session.audio.input.turn_detection", "session.instructions", "event_id"} <= paths


def test_a_beta_name_is_explained_from_the_beta_model() -> None:
    assert explain("response.audio.delta").dialect == "beta"


def test_an_unknown_name_brings_the_nearest() -> None:
    with pytest.raises(ValueError, match=r"response\.create"):
        explain("response.crate")
