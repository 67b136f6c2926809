"""The Telegram counterpart settles texts as Telegram does."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.counterparts.telegram_chats import Json, check_text
from tests.counterparts.telegram_text import settle, styled, units

STYLES = ("bold", "italic", "code", "text_link", "blockquote")


def entity(style: str, offset: int, length: int) -> Json:
    return {"type": style, "offset": offset, "length": length} | (
        {"url": "https://a.bc"} if style == "text_link" else {}
    )


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, list[Json]]:
    words = draw(
        st.lists(
            st.sampled_from(["字", "a", " ", "\n", "🙂", "/go", "@someone", "#tag", "https://x.com/a"]), min_size=1
        )
    )
    text = "".join(words)
    starts = [units("".join(words[:at])) for at in range(len(words) + 1)]
    spans = draw(
        st.lists(st.tuples(st.sampled_from(STYLES), st.sampled_from(starts), st.sampled_from(starts)), max_size=5)
    )
    return text, [entity(style, low, high - low) for style, low, high in spans if low < high]


@given(texts())
@settings(max_examples=200, deadline=None)
def test_a_settled_text_is_trimmed_and_its_entities_lie_inside(given_text: tuple[str, list[Json]]) -> None:
    text, entities = settle(*given_text)
    assert text == given_text[0].strip()
    assert all(one["offset"] >= 0 and one["length"] > 0 for one in entities)
    assert all(one["offset"] + one["length"] <= units(text) for one in entities)
    bold = sorted((one["offset"], one["offset"] + one["length"]) for one in entities if one["type"] == "bold")
    assert all(end < start for (_, end), (start, _) in pairwise(bold))
    assert settle(text, [one for one in entities if one["type"] in STYLES])[0] == text


def test_what_touches_is_one_entity_and_spaces_around_are_none() -> None:
    kept = settle("  粗体 ", [entity("bold", 0, 3), entity("bold", 3, 2)])
    assert kept == ("粗体", [entity("bold", 0, 2)])


def test_commands_mentions_tags_and_addresses_are_found_in_plain_words_only() -> None:
    text = "发 /help 给 @someone_x，#话题 https://x.com/a/1；/code @inside_it"
    start = units(text[: text.index("/code")])
    text, entities = settle(text, [entity("code", start, 16)])
    message = {"text": text, "entities": entities}
    assert styled(message, "bot_command") == ["/help"]
    assert styled(message, "mention") == ["@someone_x"]
    assert styled(message, "hashtag") == ["#话题"]
    assert styled(message, "url") == ["https://x.com/a/1"]
    check_text(text, [entity("code", start, 16)], limit=4096, what="message")
