"""Samva's messages: every field of the seed is there, most of them null in one message or another."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from local.simulators.messages.samva_seed import EMAIL_FIELDS, FIELDS, SEED, SEED_ID, WHATSAPP_FIELDS
from local.simulators.store import Held

ORGANIZATION = "7bc05553-4b68-44e8-b7bc-37be63c6d9e9"
__all__ = ["MESSAGES", "ORGANIZATION", "SEED_ID", "filler"]


def uuid(number: int) -> str:
    """A plainly invented UUID."""
    return f"5d0c2b7e-0000-4000-8000-{number:012x}"


def _party(number: int, name: str, **identities: str) -> dict[str, Any]:
    return {
        "id": uuid(0xF00 + number),
        "name": name,
        "displayName": name.split()[0],
        "type": "human",
        "channelIdentities": json.dumps(identities),
    }


def _held(number: int, shows: str, channel: str, status: str, text: str, **fields: Any) -> Held:
    at = f"2026-05-04T09:{number % 60:02d}"
    desk, guest = _party(1, "Front Desk", sms="+14155550100"), _party(2, "Guest Example", sms="+14155550123")
    outbound = fields.get("direction", "outbound") == "outbound"
    sender, receiver = (desk, guest) if outbound else (guest, desk)
    usual = {
        "id": uuid(0xA0 + number),
        "organizationId": ORGANIZATION,
        "conversationId": uuid(0xC0),
        "fromParticipantId": sender["id"],
        "toParticipantIds": [receiver["id"]],
        "fromParticipant": sender,
        "toParticipants": [receiver],
        "channel": channel,
        "direction": "outbound",
        "content": text,
        "status": status,
        "retryCount": 0,
        "maxRetries": 3,
        "deliveryAttempts": 1,
        "tags": [],
        "categories": [],
        "isTest": False,
        "isInternal": False,
        "isAutomated": True,
        "createdAt": f"{at}:00.000Z",
        "updatedAt": f"{at}:05.000Z",
    }
    return Held({**dict.fromkeys(FIELDS), **usual, **fields}, shows)


def _email(**fields: Any) -> dict[str, Any]:
    usual = {
        "messageId": uuid(0xE0),
        "subject": "Your booking",
        "fromEmail": "desk@example.com",
        "fromName": "Front Desk",
        "toEmails": '["guest@example.com"]',
        "hasQuotedContent": False,
        "hasAttachments": 0,
        "attachmentCount": 0,
        "isAutoReply": False,
    }
    return {**dict.fromkeys(EMAIL_FIELDS), **usual, **fields}


def _whatsapp(**fields: Any) -> dict[str, Any]:
    usual = {
        "messageId": uuid(0xB0),
        "waMessageId": "wamid.SIMULATED0001",
        "waConversationId": "wac-simulated-01",
        "fromNumber": "+14155550100",
        "toNumber": "+447700900123",
        "messageType": "text",
        "isBillable": True,
        "conversationType": "utility",
    }
    return {**dict.fromkeys(WHATSAPP_FIELDS), **usual, **fields}


DEFAULT_MESSAGES = [
    Held(SEED, "seed: the generated example, placeholders and all"),
    _held(
        1,
        "e-mail, delivered, with history, carrier's answer and cost",
        "email",
        "delivered",
        "Your booking is confirmed.",
        statusHistory=json.dumps(
            [
                {"status": "pending", "timestamp": "2026-05-04T09:01:00.000Z"},
                {"status": "sent", "timestamp": "2026-05-04T09:01:02.000Z"},
                {"status": "delivered", "timestamp": "2026-05-04T09:01:04.000Z"},
            ]
        ),
        provider="up-mail",
        providerMessageId="up-0001",
        providerStatus="Delivery",
        providerResponse='{"smtp":"250 2.0.0 OK"}',
        providerCost="0.0001",
        cost="0.0004",
        currency="USD",
        sentAt="2026-05-04T09:01:02.000Z",
        deliveredAt="2026-05-04T09:01:04.000Z",
        tags=["booking"],
        categories=["transactional"],
        externalId="order-1001",
        referenceId="ref-1001",
        apiKeyId=uuid(0xAA),
        httpMethod="POST",
        apiRequestMetadata='{"headers":{"x-api-key":"simulated-and-to-be-redacted"},"ip":"192.0.2.10"}',
        apiResponseMetadata={"status": 201},
        emailMetadata=_email(ccEmails="copy@example.com, second@example.com", replyToEmail="help@example.com"),
    ),
    _held(
        2,
        "SMS, failed at the third attempt",
        "sms",
        "failed",
        "Your code is 0000",
        provider="up-sms",
        lastError="Unreachable destination",
        errorDetails='{"code":"30003","permanent":false}',
        failedAt="2026-05-04T09:12:00.000Z",
        lastAttemptAt="2026-05-04T09:12:00.000Z",
        retryCount=2,
        deliveryAttempts="3",
        queueMessageId="q-0002",
        workflowRunId="wf-0002",
    ),
    _held(
        3,
        "WhatsApp template with a picture, read",
        "whatsapp",
        "read",
        "Hello Guest",
        sentAt="2026-05-04T09:03:01.000Z",
        deliveredAt="2026-05-04T09:03:02.000Z",
        readAt="2026-05-04T09:03:30.000Z",
        whatsappMetadata=_whatsapp(
            messageType="template",
            templateName="booking_ready",
            templateLanguage="en",
            templateCategory="UTILITY",
            mediaUrl="https://files.example.com/room.jpg",
            mediaType="image/jpeg",
            interactiveType="button",
            contextMessageId="wamid.SIMULATED0000",
            readAt="2026-05-04T09:03:30.000Z",
        ),
    ),
    _held(
        4,
        "e-mail in, an automatic reply with quoted text",
        "email",
        "received",
        "I am away.\n\n> Your booking",
        direction="inbound",
        isAutomated=False,
        threadId=uuid(0xD0),
        parentMessageId=uuid(0xA1),
        emailMetadata=_email(
            fromEmail="guest@example.com",
            fromName="Guest Example",
            toEmails="desk@example.com",
            threadPosition=2,
            newContent="I am away.",
            quotedContent="Your booking",
            hasQuotedContent=True,
            hasAttachments=1,
            attachmentCount=1,
            isAutoReply=True,
            autoReplyReason="out_of_office",
            priority="normal",
            receivedAt="2026-05-04T09:04:00.000Z",
        ),
    ),
    _held(
        5,
        "e-mail, bounced",
        "email",
        "bounced",
        "Hello",
        failedAt="2026-05-04T09:05:09.000Z",
        lastError="550 5.1.1 unknown user",
        emailMetadata=_email(toEmails=["gone@example.com"]),
    ),
    _held(
        6,
        "SMS, pending until 2035",
        "sms",
        "pending",
        "Happy new year",
        scheduledAt="2035-01-01T00:00:00Z",
        deliveryAttempts=0,
        isTest=True,
    ),
    _held(7, "SMS, being processed", "sms", "processing", "On its way", lastAttemptAt=None),
    _held(
        8,
        "newest generation: an id that is no UUID, held for review",
        "email",
        "pending",
        "Offer",
        id="msg_demo_01",
        waitReason="content-review",
        reviewExpectedAt="2026-05-04T12:00:00Z",
        emailMetadata=_email(),
    ),
]

TWIN = copy.deepcopy(DEFAULT_MESSAGES[1])
TWIN.shows = "same id as the default account's, another organization's message"
TWIN.message.update(content="This one belongs to the second account", organizationId=uuid(0x2))

MESSAGES = {
    "default": DEFAULT_MESSAGES,
    "second": [TWIN, _held(0x40, "only in the second account", "sms", "sent", "Second")],
}


def filler(number: int) -> Held:
    """The n-th of any number of delivered SMS, a minute apart."""
    at = (datetime(2026, 6, 1, 8, 0, tzinfo=UTC) + timedelta(minutes=number)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    times = {"createdAt": at, "updatedAt": at, "sentAt": at, "deliveredAt": at}
    return _held(0, f"filler {number}", "sms", "delivered", f"Filler {number}", id=uuid(0xF0000 + number), **times)
