"""/ledger: where a report's posts went and what it cost; brings a dropped post back, for the next rewriting."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace

from handlers.admin.ledger_pages import (
    CODES,
    dropped_of,
    page_button,
    present_account,
    present_dropped,
    report_words,
    rewrite_button,
)
from handlers.base import Argument, Button, Message, Request, Rows, Services, command
from handlers.lookup import find_report, find_topic, first_topic
from handlers.presentation import period_words
from handlers.presentation.labels import KINDS
from handlers.store import Restored
from handlers.words import EN, Words
from report.doc import doc, paragraph
from report.model import DropKind, Dropped, Report, Topic, is_asked, post_id

RESTORE, UNDO = ("restore", "恢复", "找回"), ("undo", "撤销")
KIND_WORDS: dict[str, DropKind] = {
    word: kind for kind, called in KINDS.items() for word in (kind, called, CODES[kind], EN.say(called).casefold())
}
SEARCHED_REPORTS = 60  # of a topic, newest first: two months
EXAMPLE_ID = "2008700000000000005"
PLACE = re.compile(r"[0-9]{1,3}")  # a post's number in a list, or a page


@command(
    "ledger",
    "管理：账目，去掉了哪些帖子、花了多少；找回一条",
    Argument("topic", "话题，如 ai；要找回一条写 restore，撤销写 undo", kind="topic"),
    Argument("date", "日期，如 2026-01-07；或要找回的帖子的编号、链接", kind="date"),
    Argument("kind", "只看一类：广告、跑题、空帖、重复；或第几页"),
    admin=True,
)
async def ledger(request: Request, services: Services) -> AsyncIterator[Message]:
    words = request.arguments.split()
    if words and words[0].casefold() in RESTORE:
        yield await _restore(words[1:], request, services)
    elif words and words[0].casefold() in UNDO:
        yield await _undo(words[1:], request, services)
    else:
        yield await _show(words, request, services)


async def _show(words: list[str], request: Request, services: Services) -> Message:
    page = int(words.pop()) if words and PLACE.fullmatch(words[-1]) else 0
    report, topic, kind = await _read_list(words, request, services)
    restored = await services.store.restored(topic.name)
    if not kind and not page:
        return present_account(report, topic, restored, services.now(), words=request.words)
    ids = {post.id for post in restored}
    now = services.now()
    return present_dropped(report, topic, kind, page=page, restored=ids, now=now, words=request.words)


async def _read_list(
    words: Sequence[str], request: Request, services: Services
) -> tuple[Report, Topic, DropKind | None]:
    """The report and the kind of dropped posts that `[topic] [date] [kind]` names; NotFound."""
    kind = KIND_WORDS.get(words[-1].casefold()) if words else None
    arguments = " ".join(words[:-1] if kind else words)
    report, topic = await find_report(replace(request, arguments=arguments), services)
    return report, topic, kind


@dataclass(frozen=True)
class _Found:
    """A post in a ledger; `dropped` None: the report uses it."""

    report: Report
    topic: Topic
    dropped: Dropped | None


async def _restore(words: Sequence[str], request: Request, services: Services) -> Message:
    say = request.words.say
    if words and PLACE.fullmatch(words[-1]):
        report, topic, kind = await _read_list(words[:-1], request, services)
        rows, number = dropped_of(report.ledger, kind), int(words[-1])
        if not 1 <= number <= len(rows):
            said = say("账目里去掉的有 {count} 条，没有第 {number} 条。", count=len(rows), number=number)
            return await _say_how(said, request, services)
        row = rows[number - 1]
        return await _bring_back(_Found(report, topic, row), row, request, services)
    named = [named for word in words if (named := find_topic(word, services))]
    posts = [word for word in words if not find_topic(word, services)]
    wanted = _read_post(posts[0]) if len(posts) == 1 else ""
    if not wanted:
        said = say("没看懂「{words}」。", words=" ".join(posts)[:40]) if posts else say("要找回哪一条？")
        return await _say_how(said, request, services)
    found = await _find(wanted, named or list(services.topics.values()), services)
    if found is None:
        return await _say_how(say("账目里没有 {post} 这条帖子。", post=wanted), request, services)
    if found.dropped is None:
        return await _say_used(wanted, found, request, services)
    return await _bring_back(found, found.dropped, request, services)


async def _say_used(post: str, found: _Found, request: Request, services: Services) -> Message:
    say, topic = request.words.say, found.topic.name
    known = {each.id for each in await services.store.restored(topic)}
    undo = (Button(say("撤销"), f"c:ledger undo {post} {topic}"),) if post in known else ()
    back = Button(say("账目"), f"c:ledger {report_words(found.report)}")
    day = period_words(found.report, services.now(), request.words)
    return Message(doc(paragraph(say("这条没有去掉：{days}的报告正用着它。", days=day))), ((back, *undo),))


async def _bring_back(found: _Found, dropped: Dropped, request: Request, services: Services) -> Message:
    """Keep that the post is wanted; say so, with a button that rewrites the report and one that undoes it."""
    topic = found.topic.name
    known = {post.id for post in await services.store.restored(topic)}
    if dropped.id not in known:
        values = dropped.model_dump(include={"id", "author", "kind", "reason"})
        kept = Restored(**values, topic=topic, report_key=found.report.key, restored_at=services.now())
        await services.store.restore(kept)
    words = request.words
    day = period_words(found.report, services.now(), words)
    values = {"author": dropped.author, "days": day, "kind": words.say(KINDS[dropped.kind]), "reason": dropped.reason}
    said = words.say("找回了：{author} 的帖子，{days}按{kind}去掉的（{reason}）。", **values)
    if dropped.id in known:
        said = words.say("这条已经找回过了：{author} 的帖子，{days}按{kind}去掉的（{reason}）。", **values)
    return Message(
        doc(paragraph(said), paragraph(words.say("现在的报告没有变，重写之后它才会进去。"))),
        _after(found.report, dropped, (Button(words.say("撤销"), f"c:ledger undo {dropped.id} {topic}"),), day, words),
    )


async def _undo(words: Sequence[str], request: Request, services: Services) -> Message:
    said = request.words
    posts = [_read_post(word) for word in words if not find_topic(word, services)]
    restored = [post for name in services.topics for post in await services.store.restored(name)]
    chosen = next((post for post in restored if post.id in posts), None)
    if chosen is None:
        return _say_undo(restored, said, is_asked_for=bool(posts))
    await services.store.take_back(chosen.topic, chosen.id)
    report = await services.store.report(chosen.report_key)
    done = said.say(
        "撤销了：{author} 的帖子下次重写时照旧按规则看，原来是按{kind}去掉的。",
        author=chosen.author,
        kind=said.say(KINDS[chosen.kind]),
    )
    if report is None:
        return Message(doc(paragraph(done)))
    dropped = Dropped(id=chosen.id, author=chosen.author, kind=chosen.kind, reason=chosen.reason)
    day = period_words(report, services.now(), said)
    return Message(doc(paragraph(done)), _after(report, dropped, (), day, said))


def _say_undo(restored: Sequence[Restored], words: Words, *, is_asked_for: bool) -> Message:
    """What can be taken back, with a button each."""
    if not restored:
        return Message(doc(paragraph(words.say("还没有找回过帖子，没有可撤销的。"))))
    began = words.say("没有找回过这一条。") if is_asked_for else words.say("要撤销哪一条？")
    example = f"/ledger undo {restored[0].id}"
    said = words.join([began, words.say("找回过的有这些，例如 {example}：", example=example)])
    buttons = [
        (Button(words.say("撤销 {what}", what=post.author), f"c:ledger undo {post.id} {post.topic}"),)
        for post in restored
    ]
    return Message(doc(paragraph(said)), tuple(buttons[-5:]))


def _after(report: Report, dropped: Dropped, beside: Sequence[Button], day: str, words: Words) -> Rows:
    """Rewrite, undo; back to the posts of that kind, and to the account."""
    rewrite = (
        () if is_asked(report.key) else (rewrite_button(report_words(report), words.say("重写 {days}", days=day)),)
    )
    kind = page_button(words.say(KINDS[dropped.kind]), report, dropped.kind)
    rest = (kind, Button(words.say("账目"), f"c:ledger {report_words(report)}"))
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


async def _say_how(said: str, request: Request, services: Services) -> Message:
    """What was wrong, with an example that works."""
    words, topic = request.words, first_topic(services)
    keys = await services.store.report_keys(topic.name)
    report = await services.store.report(keys[-1]) if keys else None
    post = next((row.id for row in report.ledger.dropped), EXAMPLE_ID) if report else EXAMPLE_ID
    how = words.say(
        "发 /ledger restore 加上帖子的编号或链接，例如 {example}。编号和链接在账目里：",
        example=f"/ledger restore {post}",
    )
    button = Button(words.say("看账目"), "c:ledger")
    return Message(doc(paragraph(said), paragraph(how)), ((button,),))


def _read_post(word: str) -> str:
    """The id that a number or an address names, "" where it is neither."""
    word = word.strip("<>")
    if re.fullmatch(r"[0-9]{5,25}|url:[0-9a-f]{16}", word):
        return word
    if found := re.search(r"/status(?:es)?/([0-9]{5,25})", word):
        return found[1]
    return post_id(word) if re.match(r"https?://", word) else ""
