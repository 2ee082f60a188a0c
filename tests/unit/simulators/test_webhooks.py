"""The simulators' webhooks carry what the vendors' carry, and verify."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key, load_pem_public_key
from standardwebhooks.webhooks import Webhook

from local.simulators import SIMULATORS
from tests.unit.simulators.client import assert_holds, control


def test_highlevel_webhooks_are_signed_with_the_accounts_key() -> None:
    simulator = SIMULATORS["highlevel"]()
    headers, body = simulator.webhook("SimMessageSmsFailed1", at="2026-05-04T09:15:03Z", event_id="whk-1")
    payload = json.loads(body)
    assert_holds(payload, {"type": "OutboundMessage", "messageId": "SimMessageSmsFailed1", "webhookId": "whk-1"})
    assert payload["timestamp"] == "2026-05-04T09:15:03.000Z"
    keys = [
        load_der_public_key(base64.b64decode(simulator.account()["webhook_public_keys"][0])),
        load_pem_public_key(simulator.account("second")["webhook_public_keys"][0].encode()),
    ]
    for key in keys:
        assert isinstance(key, Ed25519PublicKey)
        key.verify(base64.b64decode(headers["x-ghl-signature"]), body)
        with pytest.raises(InvalidSignature):
            key.verify(base64.b64decode(headers["x-ghl-signature"]), body + b" ")
    email = json.loads(simulator.webhook("SimMessageEmailOpen1")[1])
    assert (email["threadId"], email["emailMessageId"]) == ("SimMessageEmailOpen1", "SimEmail000000000002")
    assert "messageId" not in email
    inbound = json.loads(simulator.webhook("SimMessageVoicemail1")[1])
    assert_holds(inbound, {"type": "InboundMessage", "messageTypeString": "TYPE_VOICEMAIL", "callDuration": 14})
    unread = json.loads(simulator.webhook("SimMessageSmsFailed1", "ConversationUnreadUpdate")[1])
    assert "messageId" not in unread
    assert simulator.webhook("x", style="unsigned")[0]["x-ghl-signature"] == "N/A"


def test_samva_webhooks_of_both_generations_verify() -> None:
    simulator = SIMULATORS["samva"]()
    message_id = simulator.message_ids()[1]
    plain, standard = simulator.account()["webhook_secrets"]
    headers, body = simulator.webhook(message_id)
    expected = hmac.new(plain.encode(), body, hashlib.sha256).hexdigest()
    assert headers["x-webhook-signature"] == f"sha256={expected}"
    assert_holds(json.loads(body), {"event": "message.delivered", "messageId": message_id})
    headers, body = simulator.webhook(message_id, style="gen3", event_id="whevt_1")
    assert Webhook(standard).verify(body.decode(), headers)["data"]["messageId"] == message_id
    assert headers["webhook-id"] == "whevt_1"


def test_webhooks_with_a_shared_secret() -> None:
    cellcast = SIMULATORS["cellcast"]()
    secret = cellcast.account()["webhook_secrets"][0]
    message_id = cellcast.message_ids()[0]
    headers, body = cellcast.webhook(message_id)
    assert base64.b64decode(headers["authorization"].removeprefix("Basic ")).decode() == f"webhook:{secret}"
    assert json.loads(body)["receiver"] == "+61400000002"
    reply = json.loads(cellcast.webhook(message_id, "receive")[1])
    assert (reply["type"], reply["status"], reply["sender"]) == ("receive", "delivered", "+61400000002")
    assert "authorization" not in cellcast.webhook(message_id, style="token")[0]
    for provider in ("carecloud", "portsip"):
        simulator = SIMULATORS[provider]()
        sent = control(simulator, "POST", "webhook", message_id="m-1", event="many", account="second")
        assert json.loads(sent["body"]) == {"message_ids": ["m-1"]}
        assert sent["headers"]["authorization"] == f"Bearer {simulator.account('second')['webhook_secrets'][0]}"
