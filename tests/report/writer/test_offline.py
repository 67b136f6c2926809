"""The writer without a model: quotes that stand in the posts, honest frames, short headlines."""

from __future__ import annotations

import re
from datetime import date

import pytest

from report.clean import clean
from report.model import Section, Told
from report.names import names_in, short_name
from report.stories import group
from report.writer.excerpts import plain
from report.writer.offline import SAID_OF_ITSELF, OfflineWriter
from report.writer.quoting import headlines, lead_of
from tests.posts import TOPIC, day_of_posts, period, post


async def write() -> tuple[Section, ...]:
    stories = group(clean(day_of_posts(), TOPIC).kept)
    written = await OfflineWriter().write(stories, TOPIC, period(), lambda _: None)
    return written.sections


async def test_every_point_cites_posts_and_every_quotation_stands_in_one() -> None:
    texts = {tweet.id: plain(tweet.text) for tweet in day_of_posts()}
    points = [point for section in await write() for point in section.all_points()]
    assert points
    for point in points:
        assert point.citations
        for quoted in re.findall("「(.+?)」", point.text):
            assert any(quoted.rstrip("…") in texts[post_id] for post_id in point.citations)


async def test_it_says_what_it_is() -> None:
    assert (await write())[0].intro == SAID_OF_ITSELF


async def test_fewer_than_ten_points_say_why() -> None:
    core = next(section for section in await write() if section.kind == "core")
    assert len(core.points) < 10
    assert f"{len(core.points)} 条" in core.intro


@pytest.mark.parametrize(
    ("text", "weighs"),
    [
        ("lol, agents again and again and nobody stops them", False),
        ("Tern-3 is really something, everybody says so", False),
        ("Northwind Labs released Tern-3: 71.2% on RepoBench", True),
        ("the more I read of it the less I understand of it, and " * 4, True),
        ("澄海发布望舒 2.5，上下文 100 万 token，权重今天开放。", True),
    ],
)
async def test_the_core_takes_what_says_enough_whatever_else_there_is(text: str, weighs: bool) -> None:
    written = await OfflineWriter().write(group([post(1, text)]), TOPIC, period(), lambda _: None)
    assert any(section.kind == "core" for section in written.sections) is weighs


async def test_ten_points_need_no_excuse() -> None:
    posts = [post(n, f"Lab {n} released Model-{n}: {n}0% on RepoBench, open weights for agents.") for n in range(1, 13)]
    written = await OfflineWriter().write([group([each])[0] for each in posts], TOPIC, period(), lambda _: None)
    core = next(section for section in written.sections if section.kind == "core")
    assert (len(core.points), core.intro) == (10, "")


async def test_a_story_that_goes_on_is_marked_and_has_a_headline_of_its_own() -> None:
    (story,) = group([post(1, "望舒 2.5 的权重已经撤下。澄海说，许可证要重写，下周再放出来。", name="澄海")])
    (first,) = headlines(story)[:1]
    told = Told(day=date(2026, 1, 5), headline=first, text="澄海写道：「望舒 2.5 的权重已经撤下。」")
    written = await OfflineWriter().write([story.model_copy(update={"told": (told,)})], TOPIC, period(), lambda _: None)
    point = next(section for section in written.sections if section.kind != "overview").all_points()[0]
    assert point.status == "continuing"
    assert point.headline != first
    assert point.text == f"续 1 月 5 日《{first}》。澄海写道：「澄海说，许可证要重写，下周再放出来。」"


async def test_money_goes_to_the_market_sections_with_a_warning() -> None:
    sections = {section.kind: section for section in await write()}
    assert any("HLDN" in point.text for point in sections["core"].points)
    assert not any("HLDN" in point.text for point in sections.get("ai", Section(kind="ai", heading="x")).all_points())


async def test_no_headline_is_told_twice() -> None:
    said = ("slower at noon", "cheaper since Monday", "banned in two schools")
    posts = [post(n, f"Tern-3 is {words}, and agents notice", name="Ada") for n, words in enumerate(said)]
    written = await OfflineWriter().write(group(posts), TOPIC, period(), lambda _: None)
    points = [point for section in written.sections if section.kind != "sentiment" for point in section.all_points()]
    told = [point.headline for point in points if point.headline]
    assert len(told) == 3
    assert len(set(told)) == 3


def test_a_chinese_telling_is_quoted_before_an_english_one() -> None:
    url = ("https://lab.example/tern",)
    english = post(1, "Northwind Labs explains the Tern-3 outage: a routing change filled the caches.", urls=url)
    chinese = post(2, "Northwind 说清了 Tern-3 的故障：一次路由变更把缓存挤满了，持续两个多小时。", urls=url)
    (story,) = group([english, chinese])
    assert lead_of(story).id == chinese.id


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Today Northwind Labs released Tern-3, says Ada Quill.", ["Northwind", "Labs", "Tern-3", "Ada", "Quill"]),
        ("Compare this to last year. Nothing changed", []),
        ("$HLDN up, mRNA down", ["$HLDN", "mRNA"]),
    ],
)
def test_names_are_told_from_sentence_starts(text: str, names: list[str]) -> None:
    assert names_in(text) == names


@pytest.mark.parametrize(
    ("name", "short"),
    [("林越（芯片观察）", "林越"), ("Guillermina Rauchberg", "Rauchberg"), ("Ada Quill 🚀", "Ada Quill")],
)
def test_names_are_shortened_for_headlines(name: str, short: str) -> None:
    assert short_name(name) == short


async def test_an_author_speaks_once_of_one_matter_in_the_core() -> None:
    oil = [
        f"Oil inventories rose {n}% within a week, and I think crude should be cheaper by the spring." for n in (5, 6)
    ]
    posts = [post(n, text, by="bo", name="Bo Quill") for n, text in enumerate(oil)]
    stories = [group([each])[0] for each in posts]
    written = await OfflineWriter().write(stories, TOPIC, period(), lambda _: None)
    core = next(section for section in written.sections if section.kind == "core")
    assert len(core.points) == 1


async def test_money_is_counted_in_the_overview_only_where_a_point_tells_of_it() -> None:
    (story,) = group([post(1, "lol gold, oil and the Fed, all of it at once")])
    (other,) = group([post(2, "Northwind Labs released Tern-3 today: 71.2% on RepoBench, open weights for agents.")])
    weak = story.model_copy(update={"score": 0.1})
    written = await OfflineWriter().write([other, weak], TOPIC, period(), lambda _: None)
    assert not any("市场一侧" in point.text for point in written.sections[0].points)


async def test_one_endless_word_is_no_point() -> None:
    stories = group([post(1, "AI " + "9" * 400), post(2, "Northwind Labs released Tern-3: 71.2% on RepoBench today.")])
    written = await OfflineWriter().write(stories, TOPIC, period(), lambda _: None)
    points = [point for section in written.sections for point in section.all_points() if section.kind != "sentiment"]
    assert points
    assert not any("999" in point.text or point.headline.startswith("Author1") for point in points)
