"""The chat page's own words, in the language that the reader's browser asks for.

In: the Accept-Language header. Out: "zh", "en" or None where the browser does not say, and the page's phrases by the
names that its template and its script use.
"""

from __future__ import annotations

import re

from handlers.words import Words
from report.model import Language

WANTED = re.compile(r"\s*([A-Za-z]{1,8}|\*)(?:-[A-Za-z0-9-]*)?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?")


def page_language(header: str) -> Language | None:
    """Chinese for zh of any region, else English; by the reader's own order of preference.

    >>> page_language("de, zh-TW;q=0.9, en;q=0.8"), page_language("fr"), page_language("")
    ('zh', 'en', None)
    """
    wanted = [found for found in map(WANTED.fullmatch, header[:500].split(",")) if found]
    liked = sorted(wanted, key=lambda found: -float(found[2] or 1))
    names = [found[1].lower() for found in liked if float(found[2] or 1) > 0]
    spoken = [name for name in names if name in {"zh", "en"}]
    if spoken:
        return "zh" if spoken[0] == "zh" else "en"
    return "en" if names and names[0] != "*" else None


def page_phrases(words: Words) -> dict[str, str]:
    return {
        "name": words.say("推报"),
        "promise": words.say("每天一份简报，句句有出处"),
        "description": words.say("推报：每天一份简报，句句有出处"),
        "welcome": words.say("每天读完一个话题的帖子，写成一份句句有出处的简报。"),
        "begin": words.say("开始"),
        "talk": words.say("对话"),
        "commands": words.say("命令"),
        "menu": words.say("命令菜单"),
        "placeholder": words.say("输入 / 看命令"),
        "message": words.say("消息"),
        "send": words.say("发送"),
        "picture": words.say("图片"),
        "enlarge": words.say("点开看大图"),
        "close": words.say("关闭"),
        "script": words.say("这一页要用 JavaScript 才能收发消息。"),
        "me": words.say("我"),
        "connecting": words.say("正在连接…"),
        "typing": words.say("正在输入…"),
        "unread": words.say("↓ {count} 条新消息"),
        "unsent": words.say("没有发出去。推报还开着吗？请再试一次。"),
        "stale": words.say("这个按钮已经失效，发 /help 看看能做什么。"),
        "unreached": words.say("没有连上推报，请再试一次。"),
    }
