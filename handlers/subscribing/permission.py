"""Who may change what a chat gets, and the kind answer to who may not.

In a private chat its reader may; in a group or channel those who manage it, and the bot's admins.
"""

from __future__ import annotations

from handlers.base import Button, Message, Request, Services
from handlers.lookup import first_topic
from report.doc import Paragraph, doc, text


async def may_change(request: Request, services: Services) -> bool:
    return services.is_admin(request) or await request.manages()


def refuse(request: Request, services: Services, topic: str = "") -> Message:
    """What is wrong, and what the reader can have instead: by a button where there is a way into a private chat."""
    say, name = request.words.say, topic or first_topic(services).name
    said = say("这里送什么、几点送，由管理员来定。想自己收，就在私聊里发 /subscribe。")
    button = Button(say("每天送到私聊"), f"c:subscribe {name}", private=True)
    return Message(doc(Paragraph(text(said))), ((button,),), personal=True)
