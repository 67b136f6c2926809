"""/ledger: where a report's posts went and what it cost; brings a dropped post back, for the next rewriting."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace

from handlers.base import Argument, Button, Message, Request, Restored, Services, command
from handlers.ledger_pages import (
    CODES,
    KINDS,
    page_button,
    present_account,
    present_dropped,
    report_words,
    rewrite_button,
)
from handlers.lookup import NotFound, find_report, find_topic, first_topic
from handlers.presentation import period_words
from report.doc import Paragraph, doc, paragraph, text
from report.model import DropKind, Dropped, Report, Topic, is_asked, post_id

RESTORE, UNDO = ("restore", "恢复", "找回"), ("undo", "撤销")
KIND_WORDS: dict[str, DropKind] = {word: kind for kind, called in KINDS.items() for word in (kind, called, CODES[kind])}
SEARCHED_REPORTS = 60  # of a topic, newest first: two months
EXAMPLE_ID = "2008700000000000005"


@command(
    "ledger",
    "管理：账目，去掉了哪些帖子、花了多少；找回一条",
    Argument("topic", "话题，如 ai；要找回一条写 restore，撤销写 undo"),
    Argument("date", "日期，如 2026-01-07；或要找回的帖子的编号、链接"),
    Argument("kind", "只看一类：广告、跑题、空帖、重复；或第几页"),
    admin=True,
)
async def ledger(request: Request, services: Services) -> AsyncIterator[Message]:
    words = request.arguments.split()
    if words and words[0].casefold() in RESTORE:
        yield await _restore(words[1:], services)
        return
    if words and words[0].casefold() in UNDO:
        yield await _undo(words[1:], services)
        return
    page = int(words.pop()) if words and re.fullmatch(r"[0-9]{1,3}", words[-1]) else 0
    kind = KIND_WORDS.get(words[-1].casefold()) if words else None
    words = words[:-1] if kind else words
    try:
        report, topic = await find_report(replace(request, arguments=" ".join(words)), services)
    except NotFound as missing:
        yield missing.message
        return
    restored = await services.store.restored(topic.name)
    if kind or page:
        ids = {post.id for post in restored}
        yield present_dropped(report, topic, kind, page=page, restored=ids, now=services.now())
    else:
        yield present_account(report, topic, restored, services.now())


@dataclass(frozen=True)
class _Found:
    """A post in a ledger; `dropped` None: the report uses it."""

    report: Report
    topic: Topic
    dropped: Dropped | None


async def _restore(words: Sequence[str], services: Services) -> Message:
    named = [topic for word in words if (topic := find_topic(word, services))]
    posts = [word for word in words if not find_topic(word, services)]
    wanted = _read_post(posts[0]) if len(posts) == 1 else ""
    if not wanted:
        return await _say_how("要找回哪一条？" if not posts else f"没看懂「{' '.join(posts)[:40]}」。", services)
    found = await _find(wanted, named or list(services.topics.values()), services)
    if found is None:
        return await _say_how(f"账目里没有 {wanted} 这条帖子。", services)
    day = period_words(found.report, services.now())
    known = {post.id for post in await services.store.restored(found.topic.name)}
    if found.dropped is None:
        undo = (Button("撤销", f"c:ledger undo {wanted} {found.topic.name}"),) if wanted in known else ()
        back = Button("账目", f"c:ledger {report_words(found.report)}")
        return Message(doc(paragraph(f"这条没有去掉：{day}的报告正用着它。")), ((back, *undo),))
    dropped = found.dropped
    if wanted not in known:
        await services.store.restore(
            Restored(
                topic=found.topic.name,
                id=dropped.id,
                author=dropped.author,
                kind=dropped.kind,
                reason=dropped.reason,
                report_key=found.report.key,
                restored_at=services.now(),
            )
        )
    began = "这条已经找回过了" if wanted in known else "找回了"
    said = f"{began}：{dropped.author} 的帖子，{day}按{KINDS[dropped.kind]}去掉的（{dropped.reason}）。"
    return Message(
        doc(Paragraph(text(said)), Paragraph(text("现在的报告没有变，重写之后它才会进去。"))),
        _after(found.report, dropped, (Button("撤销", f"c:ledger undo {dropped.id} {found.topic.name}"),), day),
    )


async def _undo(words: Sequence[str], services: Services) -> Message:
    posts = [_read_post(word) for word in words if not find_topic(word, services)]
    restored = [post for name in services.topics for post in await services.store.restored(name)]
    chosen = next((post for post in restored if post.id in posts), None)
    if chosen is None:
        if not restored:
            return Message(doc(paragraph("还没有找回过帖子，没有可撤销的。")))
        said = "没有找回过这一条。" if posts else "要撤销哪一条？"
        buttons = tuple((Button(f"撤销 {post.author}", f"c:ledger undo {post.id} {post.topic}"),) for post in restored)
        return Message(doc(paragraph(f"{said}找回过的有这些，例如 /ledger undo {restored[0].id}：")), buttons[-5:])
    await services.store.take_back(chosen.topic, chosen.id)
    report = await services.store.report(chosen.report_key)
    said = f"撤销了：{chosen.author} 的帖子下次重写时照旧按规则看，原来是按{KINDS[chosen.kind]}去掉的。"
    if report is None:
        return Message(doc(paragraph(said)))
    dropped = Dropped(id=chosen.id, author=chosen.author, kind=chosen.kind, reason=chosen.reason)
    return Message(doc(paragraph(said)), _after(report, dropped, (), period_words(report, services.now())))


def _after(report: Report, dropped: Dropped, beside: Sequence[Button], day: str) -> tuple[tuple[Button, ...], ...]:
    """Rewrite, undo; back to the posts of that kind, and to the account."""
    rewrite = () if is_asked(report.key) else (rewrite_button(report_words(report), f"重写 {day}"),)
    rest = (page_button(KINDS[dropped.kind], report, dropped.kind), Button("账目", f"c:ledger {report_words(report)}"))
    return tuple(filter(None, ((*rewrite, *beside), rest)))


async def _find(post: str, topics: Sequence[Topic], services: Services) -> _Found | None:
    """The post in the newest ledger that names it, among those that dropped it first."""
    used: _Found | None = None
    for topic in topics:
        keys = list(await services.store.report_keys(topic.name))
        for key in sorted(keys[-SEARCHED_REPORTS:], key=lambda key: (not is_asked(key), keys.index(key)), reverse=True):
            report = await services.store.report(key)
            if report is None:
                continue
            if dropped := next((row for row in report.ledger.dropped if row.id == post), None):
                return _Found(report, topic, dropped)
            if used is None and post in report.ledger.used_ids:
                used = _Found(report, topic, None)
    return used


async def _say_how(said: str, services: Services) -> Message:
    """What was wrong, with an example that works."""
    topic = first_topic(services)
    keys = await services.store.report_keys(topic.name)
    report = await services.store.report(keys[-1]) if keys else None
    example = next((row.id for row in report.ledger.dropped), EXAMPLE_ID) if report else EXAMPLE_ID
    how = f"发 /ledger restore 加上帖子的编号或链接，例如 /ledger restore {example}。编号和链接在账目里："
    return Message(doc(Paragraph(text(said)), Paragraph(text(how))), ((Button("看账目", "c:ledger"),),))


def _read_post(word: str) -> str:
    """The id that a number or an address names, "" where it is neither."""
    word = word.strip("<>")
    if re.fullmatch(r"[0-9]{5,25}|url:[0-9a-f]{16}", word):
        return word
    if found := re.search(r"/status(?:es)?/([0-9]{5,25})", word):
        return found[1]
    return post_id(word) if re.match(r"https?://", word) else ""
