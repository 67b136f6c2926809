"""A report's ledger as messages: what went where and what it cost; then the dropped posts, ten a page.

Always holds: a page fits every chat (ten posts, ten buttons that bring them back, one row to move on); author, reason
and link are all that is shown of a post.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from handlers.base import Button, Message, Restored, Rows
from handlers.presentation import period_words
from report.doc import Block, Heading, Item, Note, Span, Spans, doc, paragraph, text
from report.model import DropKind, Dropped, Ledger, ModelCost, Report, Topic, XCost, is_asked
from report.wording import dollars

PAGE = 10  # posts; Discord takes five rows of five buttons
SHOWN_FAULTS = 10
KINDS: dict[DropKind, str] = {"ad": "广告", "off_topic": "跑题", "empty": "空帖", "copy": "重复"}
CODES: dict[DropKind, str] = {"ad": "ad", "off_topic": "ot", "empty": "em", "copy": "cp"}  # a button has 64 bytes
MOST_PAGES = 999


def present_account(report: Report, topic: Topic, restored: Sequence[Restored], now: datetime) -> Message:
    """The counts, the costs, what the check found, which sources failed, what was brought back."""
    ledger = report.ledger
    revision = f"第 {report.revision} 版" if report.revision > 1 else ""
    blocks: list[Block] = [_title("账目", report, topic, now, revision)]
    lines = list(_account_lines(ledger)) or ["这份报告没有账目：它是导入的旧报告。"]
    blocks += map(paragraph, lines)
    blocks += _listed("核对没有通过的", ledger.checked.faults[:SHOWN_FAULTS])
    if (more := len(ledger.checked.faults) - SHOWN_FAULTS) > 0:
        blocks.append(Note(text(f"另有 {more} 处，都在 {report.key}.json 里。")))
    blocks += _listed("没有读到的来源", [f"{failed.name}：{failed.reason}" for failed in ledger.failed_sources])
    blocks += _listed("说明", ledger.notes)
    blocks += _listed("找回的", [_restored_line(post, ledger) for post in restored if _concerns(post, ledger)])
    return Message(doc(blocks), _account_buttons(report))


def present_dropped(
    report: Report, topic: Topic, kind: DropKind | None, *, page: int, restored: Collection[str], now: datetime
) -> Message:
    """A page of the posts that were dropped as `kind`, or of all, with a button each that brings it back."""
    rows = dropped_of(report.ledger, kind)
    called = KINDS[kind] if kind else "去掉的"
    back = Button("账目", f"c:ledger {report_words(report)}")
    if not rows:
        return Message(doc(paragraph(f"{period_words(report, now)}没有{_lacking(kind)}。")), ((back,),))
    pages = min(-(-len(rows) // PAGE), MOST_PAGES)
    page = min(max(page, 1), pages)
    first = (page - 1) * PAGE
    shown = list(enumerate(rows[first : first + PAGE], first + 1))
    place = f"{page}/{pages}" if pages > 1 else ""
    blocks: list[Block] = [_title(f"{called} {len(rows)} 条", report, topic, now, place)]
    blocks += [Item("", _dropped_words(row, kind, row.id in restored), number) for number, row in shown]
    if not is_asked(report.key):
        blocks.append(Note(text("找回的帖子，重写报告时会放回去。")))
    buttons = [_back_button(row, topic, number, row.id in restored) for number, row in shown]
    before = [page_button("‹ 上一页", report, kind, page - 1)] if page > 1 else []
    after = [page_button("下一页 ›", report, kind, page + 1)] if page < pages else []
    return Message(doc(blocks), (*_in_rows(buttons, 5), (*before, back, *after)))


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


def _title(what: str, report: Report, topic: Topic, now: datetime, more: str) -> Heading:
    days = period_words(report, now)
    return Heading((Span(f"{what} · {topic.called}｜{days}{f'（{more}）' if more else ''}"),), 1)


def _account_lines(ledger: Ledger) -> Iterator[str]:
    dropped = ledger.collected - ledger.used
    counts = ((ledger.ads, "广告"), (ledger.off_topic, "跑题"), (ledger.empty, "空帖"), (ledger.copies, "重复"))
    went = "、".join(f"{name} {count:,}" for count, name in counts if count)
    if ledger.collected:
        left_out = f"，去掉 {dropped:,} 条：{went}" if went else ""
        yield f"收集 {ledger.collected:,} 条，采用 {ledger.used:,} 条{left_out}。"
    if ledger.checked.points:
        fell = ((ledger.checked.sent_back, "退回"), (ledger.checked.refused, "去掉"))
        told = "".join(f"，{name} {count} 条" for count, name in fell if count)
        yield f"核对 {ledger.checked.points} 条要点{told or '，全部通过'}。"
    if ledger.model != ModelCost():
        model = ledger.model
        tokens = f"（读 {model.tokens_in:,}、写 {model.tokens_out:,} token）" if model.tokens_in else ""
        yield f"模型问了 {model.calls} 次{tokens}，{dollars(model.usd)} 美元。"
    if ledger.x != XCost():
        authors = f"、{ledger.x.users:,} 个作者" if ledger.x.users else ""
        bought = f"买了 {ledger.x.posts:,} 条帖子{authors}，" if ledger.x.posts or ledger.x.users else ""
        yield f"X {bought}{dollars(ledger.x.usd)} 美元。"


def _listed(title: str, lines: Sequence[str]) -> list[Block]:
    return [Heading((Span(title),), 2), *(Item("", text(line)) for line in lines)] if lines else []


def _concerns(post: Restored, ledger: Ledger) -> bool:
    return post.id in ledger.used_ids or any(row.id == post.id for row in ledger.dropped)


def _restored_line(post: Restored, ledger: Ledger) -> str:
    where = "已经在这一版里" if post.id in ledger.used_ids else "重写之后放回去"
    return f"{post.author}（原来按{KINDS[post.kind]}去掉：{post.reason}），{where}"


def _account_buttons(report: Report) -> Rows:
    kinds = [(kind, len(dropped_of(report.ledger, kind))) for kind in KINDS]
    opened = [page_button(f"{KINDS[kind]} {count}", report, kind) for kind, count in kinds if count]
    last = [Button("‹ 简报", f"s:brief:{report.key}")]
    if not is_asked(report.key):
        last.append(rewrite_button(report_words(report), "重写"))
    return tuple(filter(None, (tuple(opened), tuple(last))))


def _lacking(kind: DropKind | None) -> str:
    return f"按{KINDS[kind]}去掉的帖子" if kind else "去掉帖子"


def _dropped_words(row: Dropped, kind: DropKind | None, is_restored: bool) -> Spans:
    """Author with a link to the post, the kind where the page has several, the reason."""
    url = f"https://x.com/{row.author}/status/{row.id}" if row.id.isdigit() else None
    what = "" if kind else f"{KINDS[row.kind]}，"
    mark = "（已找回）" if is_restored else ""
    return (Span(row.author, bold=True, url=url), *text(f"　{what}{row.reason}{mark}"))


def _back_button(row: Dropped, topic: Topic, number: int, is_restored: bool) -> Button:
    name, label = ("undo", "撤销") if is_restored else ("restore", "找回")
    return Button(f"{label} {number}", f"c:ledger {name} {row.id} {topic.name}")


def _in_rows(buttons: Sequence[Button], width: int) -> Rows:
    return tuple(tuple(buttons[at : at + width]) for at in range(0, len(buttons), width))
