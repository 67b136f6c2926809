"""A report's ledger as messages: what went where and what it cost; then the dropped posts, ten a page.

Always holds: a page fits every chat (ten posts, ten buttons that bring them back, one row to move on); author, reason
and link are all that is shown of a post.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from handlers.base import Button, Message, Rows, in_rows
from handlers.presentation import period_words
from handlers.presentation.edition import kind_counts
from handlers.presentation.labels import KINDS
from handlers.store import Restored
from handlers.words import Words
from report.doc import Block, Heading, Item, Note, Span, Spans, doc, paragraph, text
from report.model import DropKind, Dropped, Ledger, ModelCost, Report, Topic, XCost, is_asked
from report.wording import dollars

PAGE = 10  # posts; Discord takes five rows of five buttons
SHOWN_FAULTS = 10
CODES: dict[DropKind, str] = {"ad": "ad", "off_topic": "ot", "empty": "em", "copy": "cp"}  # a button has 64 bytes
MOST_PAGES = 999


def present_account(
    report: Report, topic: Topic, restored: Sequence[Restored], now: datetime, *, words: Words
) -> Message:
    """The counts, the costs, what the check found, which sources failed, what was brought back."""
    ledger = report.ledger
    days = period_words(report, now, words)
    title = words.say("账目 · {topic}｜{days}", topic=topic.called, days=days)
    if report.revision > 1:
        title = words.say("{title}（第 {revision} 版）", title=title, revision=report.revision)
    blocks: list[Block] = [Heading((Span(title),), 1)]
    blocks += map(paragraph, list(_account_lines(ledger, words)) or [words.say("这份报告没有账目：它是导入的旧报告。")])
    blocks += _listed(words.say("核对没有通过的"), ledger.checked.faults[:SHOWN_FAULTS])
    if (more := len(ledger.checked.faults) - SHOWN_FAULTS) > 0:
        file = f"{report.key}.json"
        said = words.count("另有 {number} 处，都在 {file} 里。", "另有 {number} 处，都在 {file} 里。", more, file=file)
        blocks.append(Note(text(said)))
    failed = [words.say("{name}：{why}", name=each.name, why=each.reason) for each in ledger.failed_sources]
    blocks += _listed(words.say("没有读到的来源"), failed)
    blocks += _listed(words.say("说明"), ledger.notes)
    back = [_restored_line(post, ledger, words) for post in restored if _concerns(post, ledger)]
    blocks += _listed(words.say("找回的"), back)
    return Message(doc(blocks), _account_buttons(report, words))


def present_dropped(
    report: Report,
    topic: Topic,
    kind: DropKind | None,
    *,
    page: int,
    restored: Collection[str],
    now: datetime,
    words: Words,
) -> Message:
    """A page of the posts that were dropped as `kind`, or of all, with a button each that brings it back."""
    rows = dropped_of(report.ledger, kind)
    days = period_words(report, now, words)
    back = Button(words.say("账目"), f"c:ledger {report_words(report)}")
    if not rows:
        said = words.say("{days}没有去掉帖子。", days=days)
        if kind:
            said = words.say("{days}没有按{kind}去掉的帖子。", days=days, kind=words.say(KINDS[kind]))
        return Message(doc(paragraph(said)), ((back,),))
    pages = min(-(-len(rows) // PAGE), MOST_PAGES)
    page = min(max(page, 1), pages)
    first = (page - 1) * PAGE
    shown = list(enumerate(rows[first : first + PAGE], first + 1))
    title = _dropped_title(kind, len(rows), topic, days, words)
    if pages > 1:
        title = words.say("{title}（{page}/{pages}）", title=title, page=page, pages=pages)
    blocks: list[Block] = [Heading((Span(title),), 1)]
    blocks += [Item("", _dropped_words(row, kind, row.id in restored, words), number) for number, row in shown]
    if not is_asked(report.key):
        code = [CODES[kind]] if kind else []
        example = " ".join(["/ledger restore", report_words(report), *code, str(shown[0][0])])
        blocks.append(Note(text(words.say("找回的帖子，重写报告时会放回去。也可以发 {example}。", example=example))))
    buttons = [_back_button(row, topic, number, row.id in restored, words) for number, row in shown]
    before = [page_button(words.say("‹ 上一页"), report, kind, page - 1)] if page > 1 else []
    after = [page_button(words.say("下一页 ›"), report, kind, page + 1)] if page < pages else []
    return Message(doc(blocks), (*in_rows(buttons, 5), (*before, back, *after)))


def dropped_of(ledger: Ledger, kind: DropKind | None) -> list[Dropped]:
    """Those of a kind, or all, kind after kind."""
    kinds = [kind] if kind else list(KINDS)
    return [row for each in kinds for row in ledger.dropped if row.kind == each]


def page_button(label: str, report: Report, kind: DropKind | None, page: int = 1) -> Button:
    """Opens a page of the dropped posts of a kind, or of all."""
    words = [report_words(report), *([CODES[kind]] if kind else []), *([str(page)] if page > 1 or not kind else [])]
    return Button(label, f"c:ledger {' '.join(words)}")


def rewrite_button(report_key_words: str, label: str) -> Button:
    return Button(label, f"c:regenerate {report_key_words}")


def report_words(report: Report) -> str:
    """How a command names the report: topic and days, or the key of a range that was asked for."""
    if is_asked(report.key):
        return report.key
    if report.first == report.last:
        return f"{report.topic} {report.first}"
    return f"{report.topic} {report.first:%Y%m%d}..{report.last:%Y%m%d}"


def _dropped_title(kind: DropKind | None, count: int, topic: Topic, days: str, words: Words) -> str:
    if kind is None:
        return words.count(
            "去掉的 {number} 条 · {topic}｜{days}",
            "去掉的 {number} 条 · {topic}｜{days}",
            count,
            topic=topic.called,
            days=days,
        )
    return words.count(
        "{kind} {number} 条 · {topic}｜{days}",
        "{kind} {number} 条 · {topic}｜{days}",
        count,
        kind=words.say(KINDS[kind]),
        topic=topic.called,
        days=days,
    )


def _account_lines(ledger: Ledger, words: Words) -> Iterator[str]:
    if ledger.collected:
        yield _collected(ledger, words)
    if ledger.checked.points:
        yield _checked(ledger, words)
    if ledger.model != ModelCost():
        yield _asked(ledger.model, words)
    if ledger.x != XCost():
        yield _bought(ledger.x, words)


def _collected(ledger: Ledger, words: Words) -> str:
    values = {"collected": f"{ledger.collected:,}", "used": f"{ledger.used:,}"}
    kinds = kind_counts(ledger, words)
    if not kinds:
        return words.say("收集 {collected} 条，采用 {used} 条。", **values)
    dropped = f"{ledger.collected - ledger.used:,}"
    return words.say(
        "收集 {collected} 条，采用 {used} 条，去掉 {dropped} 条：{kinds}。",
        dropped=dropped,
        kinds=words.enumerate(kinds),
        **values,
    )


def _checked(ledger: Ledger, words: Words) -> str:
    checked = ledger.checked
    if not checked.sent_back and not checked.refused:
        return words.count("核对 {number} 条要点，全部通过。", "核对 {number} 条要点，全部通过。", checked.points)
    return words.count(
        "核对 {number} 条要点，退回 {sent_back} 条，去掉 {refused} 条。",
        "核对 {number} 条要点，退回 {sent_back} 条，去掉 {refused} 条。",
        checked.points,
        sent_back=checked.sent_back,
        refused=checked.refused,
    )


def _asked(model: ModelCost, words: Words) -> str:
    usd = dollars(model.usd)
    if not model.tokens_in:
        calls = model.calls
        return words.count("模型问了 {number} 次，{usd} 美元。", "模型问了 {number} 次，{usd} 美元。", calls, usd=usd)
    return words.count(
        "模型问了 {number} 次（读 {tokens_in}、写 {tokens_out} token），{usd} 美元。",
        "模型问了 {number} 次（读 {tokens_in}、写 {tokens_out} token），{usd} 美元。",
        model.calls,
        tokens_in=f"{model.tokens_in:,}",
        tokens_out=f"{model.tokens_out:,}",
        usd=usd,
    )


def _bought(x: XCost, words: Words) -> str:
    usd = dollars(x.usd)
    if x.users:
        return words.say(
            "X 买了 {posts} 条帖子、{users} 个作者，{usd} 美元。", posts=f"{x.posts:,}", users=f"{x.users:,}", usd=usd
        )
    return words.count("X 买了 {number} 条帖子，{usd} 美元。", "X 买了 {number} 条帖子，{usd} 美元。", x.posts, usd=usd)


def _listed(title: str, lines: Sequence[str]) -> list[Block]:
    return [Heading((Span(title),), 2), *(Item("", text(line)) for line in lines)] if lines else []


def _concerns(post: Restored, ledger: Ledger) -> bool:
    return post.id in ledger.used_ids or any(row.id == post.id for row in ledger.dropped)


def _restored_line(post: Restored, ledger: Ledger, words: Words) -> str:
    values = {"author": post.author, "kind": words.say(KINDS[post.kind]), "reason": post.reason}
    if post.id in ledger.used_ids:
        return words.say("{author}（原来按{kind}去掉：{reason}），已经在这一版里", **values)
    return words.say("{author}（原来按{kind}去掉：{reason}），重写之后放回去", **values)


def _account_buttons(report: Report, words: Words) -> Rows:
    counts = [(kind, len(dropped_of(report.ledger, kind))) for kind in KINDS]
    opened = [
        page_button(words.say("{kind} {count}", kind=words.say(KINDS[kind]), count=count), report, kind)
        for kind, count in counts
        if count
    ]
    last = [Button(words.say("‹ 简报"), f"s:brief:{report.key}")]
    if not is_asked(report.key):
        last.append(rewrite_button(report_words(report), words.say("重写")))
    return tuple(filter(None, (tuple(opened), tuple(last))))


def _dropped_words(row: Dropped, kind: DropKind | None, is_restored: bool, words: Words) -> Spans:
    """Author with a link to the post, the kind where the page has several, the reason."""
    url = f"https://x.com/{row.author}/status/{row.id}" if row.id.isdigit() else None
    said = row.reason if kind else words.say("{kind}，{reason}", kind=words.say(KINDS[row.kind]), reason=row.reason)
    said = words.say("{reason}（已找回）", reason=said) if is_restored else said
    return (Span(row.author, bold=True, url=url), *text(f"　{said}"))


def _back_button(row: Dropped, topic: Topic, number: int, is_restored: bool, words: Words) -> Button:
    if is_restored:
        return Button(words.say("撤销 {what}", what=number), f"c:ledger undo {row.id} {topic.name}")
    return Button(words.say("找回 {what}", what=number), f"c:ledger restore {row.id} {topic.name}")
