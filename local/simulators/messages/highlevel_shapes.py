"""The shapes of HighLevel's messages and e-mails, filled with what most of them share."""

from __future__ import annotations

from typing import Any

from local.simulators.store import Held

SEED_ID = "ve9EPM428h8vShlRW1KT"
#: The seed uses one id for everything, so it is the default account's location as well.
LOCATION = SEED_ID
SECOND_LOCATION = "SimLocation0000Secnd"
CONTACT = "SimContact0000000001"
CONVERSATION = "SimConversation00001"
OURS, THEIRS = "+14155550100", "+14155550123"


def held(message_id: str, shows: str, code: int, kind: str, **fields: Any) -> Held:
    """A message; a field given as `...` is absent."""
    minute = len(message_id) + code
    at = f"2026-05-04T09:{minute % 60:02d}"
    usual = {
        "id": message_id,
        "type": code,
        "messageType": f"TYPE_{kind}",
        "locationId": LOCATION,
        "contactId": CONTACT,
        "conversationId": CONVERSATION,
        "dateAdded": f"{at}:00.120Z",
        "dateUpdated": f"{at}:03.480Z",
        "direction": "outbound",
        "status": "delivered",
        "contentType": "text/plain",
        "attachments": [],
        "source": "app",
        "userId": "SimUser0000000000001",
    }
    message = {key: value for key, value in {**usual, **fields}.items() if value is not ...}
    outbound = message["direction"] == "outbound"
    sides = (OURS, THEIRS) if outbound else (THEIRS, OURS)
    return Held(message, shows, {"v3": {} if "EMAIL" in kind else {"from": sides[0], "to": sides[1]}})


def email(email_id: str, thread: str, subject: str, **fields: Any) -> dict[str, Any]:
    """One e-mail of a message, as the second call gives it."""
    usual = {
        "id": email_id,
        "altId": f"<{email_id}@mail.example.com>",
        "threadId": thread,
        "locationId": LOCATION,
        "contactId": CONTACT,
        "conversationId": CONVERSATION,
        "dateAdded": "2026-05-04T09:23:00.120Z",
        "subject": subject,
        "body": f"<p>{subject}</p>",
        "direction": "outbound",
        "status": "delivered",
        "contentType": "text/html",
        "attachments": [],
        "provider": "mailgun",
        "from": "Front Desk <desk@example.com>",
        "to": ["guest@example.com"],
        "cc": [],
        "bcc": [],
        "source": "app",
    }
    return {**usual, **fields}


def thread_email(email_id: str, thread: str, number: int, **fields: Any) -> dict[str, Any]:
    """The n-th e-mail of a thread in which both sides write in turn, as the live call gives it."""
    people = ("desk@example.com", "Guest Example <guest@example.com>")
    sides = people if number % 2 else people[::-1]
    usual = email(email_id, thread, "Re: Your booking", **{"from": sides[0]}, to=[sides[1]])
    usual |= {
        "body": f"<html><body><p>text {number}</p></body></html>",
        "direction": "outbound" if number % 2 else "inbound",
        "dateAdded": f"2026-05-04T09:{22 + number}:00.120Z",
    }
    del usual["contentType"]
    return {**usual, **fields}


def with_emails(message: Held, *emails: dict[str, Any]) -> Held:
    """The message with its e-mails."""
    message.parts["emails"] = {one["id"]: one for one in emails}
    return message
