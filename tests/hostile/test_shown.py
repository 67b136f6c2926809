"""A hostile post that is reported, word for word as it came, comes alive nowhere: no link, mention, command, markup."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.platforms.discord.encode import encode_message as encode_discord
from bot.platforms.local.markup import encode_html
from bot.platforms.telegram.encode import MAX_CAPTION, MAX_TEXT
from bot.platforms.telegram.encode import encode_message as encode_telegram
from handlers.base import Message
from handlers.presentation import present_brief, present_section, present_sources
from handlers.words import ZH
from report.model import HEADINGS, UNVERIFIED, Ledger, Point, Report, Section, SectionKind, Source, report_key
from report.post import export, normal_form, read
from tests.bot.platforms.discord.reading import DEAD_RULES, read_markdown
from tests.counterparts.telegram_chats import check_text
from tests.hostile.attacks import DAY, TOPIC, Attack, attacks
from tests.hostile.judging import alive_in_jekyll, alive_in_telegram, alive_on_a_page, hidden_characters

NOW = datetime(2026, 1, 8, 1, tzinfo=UTC)
BOLD = {"bold", "code", "list", "quote"}  # what Discord makes of the bot's own headlines, lists and folded lines
each_attack = pytest.mark.parametrize("attack", attacks(), ids=str)
REPORTED: tuple[SectionKind, ...] = ("overview", "core", "views", "events", "market", "finance", "sentiment")


def report_of(attack: Attack) -> Report:
    """A report that says the post in every section, headings and notes included: worse than any writer would."""
    post = attack.tweet
    words, name = post.text[:2_500], post.author.name
    quoted = f"{post.author.called} 写道：「{words}」{post.quoted_text}"

    def points(kind: SectionKind) -> tuple[Point, ...]:
        return (
            Point(id=f"{kind}-01", headline=words[:60], text=quoted, citations=(post.id,), kinds=(kind,)),
            Point(id=f"{kind}-02", headline=name[:60], text=words, citations=(post.id,), kinds=(kind,)),
            Point(id=f"{kind}-03", text=f"{post.author.bio}{words[-200:]}", citations=(post.id,), kinds=(kind,)),
        )

    sections = [Section(kind=kind, heading=HEADINGS[kind], points=points(kind)) for kind in REPORTED]
    inside = Section(kind="ai", heading=words[:30], points=points("ai")[:1])
    sections.append(Section(kind="ai", heading=HEADINGS["ai"], intro=f"{UNVERIFIED}{words[:80]}", children=(inside,)))
    return Report(
        key=report_key("ai", DAY.first, DAY.last),
        topic="ai",
        first=DAY.first,
        last=DAY.last,
        timezone=DAY.timezone,
        sections=tuple(sections),
        sources=(Source(id=post.id, url=post.url, handle=post.author.handle, name=post.author.called),),
        ledger=Ledger(collected=1, used=1, notes=(f"模型：{words[:200]}",)),
        created_at=NOW,
        writer="llm",
    )


def pages(report: Report) -> list[Message]:
    brief = present_brief(report, TOPIC, picture=None, around=("", ""), now=NOW, words=ZH)
    parts = ("views", "events", "market", "ai", "finance", "sentiment")
    return [
        brief,
        *(present_section(report, TOPIC, name, NOW, words=ZH) for name in parts),
        present_sources(report, TOPIC, NOW, words=ZH),
        present_sources(report, TOPIC, NOW, 1, words=ZH),
    ]


@each_attack
def test_jekyll_runs_nothing_and_links_to_the_post_only(attack: Attack) -> None:
    report = report_of(attack)
    post = export(report, cloud="wordcloud_x.jpg")
    assert alive_in_jekyll(post, {attack.tweet.url}) == []
    assert hidden_characters(post) == []
    assert post.count("\n---\n") == 2
    again = read(post, name="any.md")
    assert again.report == normal_form(report)
    assert again.problems == ()


@each_attack
def test_telegram_activates_nothing_but_our_links(attack: Attack) -> None:
    for message in pages(report_of(attack)):
        for part in encode_telegram(message):
            what, limit = ("message", MAX_TEXT) if "text" in part else ("message caption", MAX_CAPTION)
            check_text(str(part.get("text", part.get("caption"))), part.get("entities") or [], limit=limit, what=what)
            assert alive_in_telegram(part, {attack.tweet.url}) == []
            assert part.get("parse_mode") is None


@each_attack
def test_discord_makes_nothing_of_it(attack: Attack) -> None:
    for message in pages(report_of(attack)):
        for part in encode_discord(message):
            texts = [part.get("content", "")]
            texts += [embed.get(field, "") for embed in part.get("embeds", ()) for field in ("title", "description")]
            for text in texts:
                seen = read_markdown(text)
                assert {url for _, url in seen.links} <= {attack.tweet.url}
                assert seen.made.isdisjoint(DEAD_RULES)
                assert seen.made <= BOLD


@each_attack
def test_the_page_has_only_its_own_tags(attack: Attack) -> None:
    for message in pages(report_of(attack)):
        assert alive_on_a_page(str(encode_html(message.doc)), {attack.tweet.url}) == []
