import json
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from report.llm.answers import CUT, NO_JSON, Request, Turn, find_json, read_answer, strict_schema

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=5), children, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.text(max_size=8), VALUES, min_size=1, max_size=4)
PROSE = st.text(st.characters(blacklist_characters="{}", blacklist_categories=["Cs"]), max_size=40)


class Part(BaseModel):
    name: Annotated[str, Field(min_length=1, description="what it is called")]
    kind: Literal["a", "b"] = "a"


class Whole(BaseModel):
    parts: tuple[Part, ...]
    size: int = Field(default=1, ge=1, le=10)


@given(OBJECTS, PROSE, PROSE, st.sampled_from(["{}", "```json\n{}\n```", "```\n{}```"]), st.booleans())
def test_an_object_is_found_in_any_prose_and_fence(
    value: dict[str, Any], before: str, after: str, fence: str, ascii_only: bool
) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only)
    assert find_json(before + fence.replace("{}", text) + after) == value


@given(OBJECTS, st.data())
def test_an_object_that_is_cut_anywhere_is_an_error(value: dict[str, Any], data: st.DataObject) -> None:
    text = json.dumps(value)
    cut = data.draw(st.integers(1, len(text) - 1))
    with pytest.raises(ValueError, match="JSON"):
        find_json("好的：" + text[:cut])


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", NO_JSON),
        ("对不起，我不能帮你。", NO_JSON),
        ("[1, 2]", NO_JSON),
        ("{如下}", NO_JSON),
        ('{"parts": [{"name": "x', CUT),
        ('{"parts": [{"name": "x"}, {"na', CUT),
        ('{"a":' * 5000, NO_JSON),
        ('{"parts": [{"kind": "a"}]}', "parts.0.name: Field required"),
        ('{"parts": [{"name": "x", "kind": "c"}]}', "parts.0.kind"),
        ('{"items": []}', "parts: Field required"),
    ],
)
def test_the_complaint_names_what_is_wrong(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match="JSON") as caught:
        read_answer(text, Whole)
    assert complaint in str(caught.value)


def test_line_breaks_inside_strings_are_read() -> None:
    assert find_json('{"text": "a\nb"}') == {"text": "a\nb"}


def test_the_largest_object_is_the_answer() -> None:
    assert find_json('例如 {"x": 1}，结果 {"parts": [{"name": "y"}]}，完。')["parts"] == [{"name": "y"}]


def test_a_strict_schema_requires_every_field_and_keeps_only_plain_keywords() -> None:
    schema = strict_schema(Whole)
    part = schema["$defs"]["Part"]
    assert (schema["required"], part["required"]) == (["parts", "size"], ["name", "kind"])
    assert schema["additionalProperties"] is part["additionalProperties"] is False
    assert part["properties"]["name"] == {"description": "what it is called", "type": "string"}
    assert part["properties"]["kind"] == {"enum": ["a", "b"], "type": "string"}
    assert schema["properties"]["size"] == {"type": "integer"}


def test_the_hash_is_of_model_words_and_schema_and_not_of_the_label() -> None:
    request = Request("m", (Turn("system", "s"), Turn("user", "u")), "Whole", strict_schema(Whole))
    others = [
        Request("n", request.turns, "Whole", request.schema),
        Request("m", (Turn("system", "s"), Turn("user", "v")), "Whole", request.schema),
        Request("m", request.turns, "Whole", strict_schema(Part)),
        request.and_then("{}", "parts: Field required"),
    ]
    assert len({request.name, *(other.name for other in others)}) == 5
    assert Request("m", request.turns, "Whole", request.schema, label="草稿").name == request.name
