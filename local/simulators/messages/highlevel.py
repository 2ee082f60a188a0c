"""HighLevel's messages: SMS, e-mail with its second call, calls, voicemail, chat, notes and activities."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta

from local.simulators.messages.highlevel_shapes import (
    LOCATION,
    SECOND_LOCATION,
    SEED_ID,
    email,
    held,
    thread_email,
    with_emails,
)
from local.simulators.store import Held

__all__ = ["LOCATION", "MESSAGES", "SECOND_LOCATION", "SEED_ID", "filler"]

SEED = held(
    SEED_ID,
    "seed: SMS out, delivered, through a workflow and a custom provider",
    2,
    "SMS",
    contactId=SEED_ID,
    conversationId=SEED_ID,
    dateAdded="2024-03-27T18:13:49.000Z",
    dateUpdated=...,
    body="Hi there",
    source="workflow",
    userId="ve9EPM428kjkvShlRW1KT",
    conversationProviderId="ve9EPM428kjkvShlRW1KT",
)

FAILED = held("SimMessageSmsFailed1", "SMS out, failed", 2, "SMS", status="failed", body="Your table is ready")
FAILED.parts["v3"]["error"] = "Unreachable destination handset"

THREAD_ID = "SimMessageEmailThrd1"
THREAD = with_emails(
    held(
        THREAD_ID,
        "e-mail thread of nine; live e-mails have no contentType, and the list a stored file in the text's place",
        3,
        "EMAIL",
        direction="inbound",
        body="https://storage.example.com/conversations/thread/body.html",
        meta={"email": {"messageIds": [f"SimEmailThread{number:06d}" for number in range(1, 10)]}},
    ),
    *(
        thread_email(
            f"SimEmailThread{number:06d}",
            THREAD_ID,
            number,
            **({"cc": "copy@example.org, Lawyer, Jane <lawyer@example.net>"} if number == 2 else {}),
        )
        for number in range(1, 10)
    ),
)

DEFAULT_MESSAGES = [
    SEED,
    FAILED,
    with_emails(
        held(
            "SimMessageEmailOpen1",
            "e-mail out of two parts, opened; meta as seen live",
            3,
            "EMAIL",
            status="opened",
            contentType="text/html",
            meta={
                "email": {
                    "messageIds": ["SimEmail000000000001", "SimEmail000000000002"],
                    "subject": "Your booking",
                    "direction": "outbound",
                }
            },
        ),
        email("SimEmail000000000001", "SimMessageEmailOpen1", "Your booking", status="opened"),
        email(
            "SimEmail000000000002",
            "SimMessageEmailOpen1",
            "Re: Your booking",
            direction="inbound",
            replyToMessageId="SimEmail000000000001",
            **{"from": "Guest Example <guest@example.com>"},
            to=["desk@example.com"],
            cc=["copy@example.com"],
            attachments=["https://files.example.com/plan.pdf"],
        ),
    ),
    with_emails(
        held(
            "SimMessageEmailClick",
            "campaign e-mail, clicked; meta nested twice as documented",
            9,
            "CAMPAIGN_EMAIL",
            status="clicked",
            source="campaign",
            contentType="text/html",
            attachments=...,
            meta={"email": {"email": {"messageIds": ["SimEmail000000000003"]}}},
        ),
        email("SimEmail000000000003", "SimMessageEmailClick", "News in May", bcc=["archive@example.com"]),
    ),
    THREAD,
    held(
        "SimMessageCallVmail1",
        "call out that reached a voicemail",
        1,
        "CALL",
        status="completed",
        meta={"callDuration": "34", "callStatus": "voicemail"},
    ),
    held(
        "SimMessageCallNoAns1",
        "call out, no answer; duration as a number",
        1,
        "CALL",
        status="completed",
        meta={"callDuration": 0, "callStatus": "no-answer"},
    ),
    held(
        "SimMessageVoicemail1",
        "voicemail in",
        10,
        "CAMPAIGN_VOICEMAIL",
        status="voicemail",
        direction="inbound",
        meta={"callDuration": "14", "callStatus": "voicemail"},
        source=...,
        userId=...,
    ),
    held(
        "SimMessageSmsInbound",
        "SMS in; the attachments key is missing, as seen live",
        2,
        "SMS",
        direction="inbound",
        body="On my way",
        attachments=...,
        source=...,
        userId=...,
    ),
    held(
        "SimMessageMmsOut0001",
        "SMS out with two pictures, sent by a bulk action",
        2,
        "SMS",
        status="sent",
        body="",
        source="bulk_actions",
        attachments=["https://files.example.com/a.jpg", "https://files.example.com/b.png"],
    ),
    held(
        "SimMessageWhatsapp01",
        "WhatsApp out, read, with the id at Meta",
        19,
        "WHATSAPP",
        status="read",
        body="See you at nine",
        altId="wamid.SIMULATED0002",
        traceId="sim-trace-0001",
    ),
    held(
        "SimMessageInternal01",
        "internal comment",
        35,
        "INTERNAL_COMMENT",
        body="Ask <SimUser0000000000002> about the invoice",
    ),
    held(
        "SimMessageActivity01",
        "activity without a status",
        28,
        "ACTIVITY_OPPORTUNITY",
        status=...,
        body="Opportunity updated",
        source=...,
        userId=...,
    ),
    held(
        "SimMessageInstagram1",
        "Instagram in",
        18,
        "INSTAGRAM",
        direction="inbound",
        body="Are you open on Monday?",
        meta={"ig": {"page": "example.hotel", "pageId": "1000000000000001"}},
        userId=...,
        source=...,
    ),
    held(
        "SimMessageSmsOptOut1",
        "SMS refused since the contact opted out",
        2,
        "SMS",
        status="opt_out",
        body="Hi",
    ),
    held("SimMessageRcsQueued1", "a type newer than the seed, queued", 36, "RCS", status="queued", body="Hi"),
]

TWIN = copy.deepcopy(SEED)
TWIN.shows = "same id as the default account's first, another location's message"
TWIN.message.update(body="This one belongs to the second account", locationId=SECOND_LOCATION)
ALONE = held("SimMessageSecond0001", "only in the second account", 2, "SMS", body="Second")
ALONE.message["locationId"] = SECOND_LOCATION

MESSAGES = {"default": DEFAULT_MESSAGES, "second": [TWIN, ALONE]}


def filler(number: int) -> Held:
    """The n-th of any number of delivered SMS, a minute apart."""
    at = (datetime(2026, 6, 1, 8, 0, tzinfo=UTC) + timedelta(minutes=number)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    message_id = f"SimMessageFill{number:06d}"
    return held(message_id, f"filler {number}", 2, "SMS", body=f"Filler {number}", dateAdded=at, dateUpdated=at)
