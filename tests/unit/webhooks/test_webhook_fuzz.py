"""Whatever a genuine webhook holds, the answer is never an error of ours."""

from __future__ import annotations

import json
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import settings as drawn
from hypothesis import strategies as st

from message_detail.testing import Scheme
from tests.unit.container import Context
from tests.unit.webhooks.cloud import Cloud, http_event
from tests.unit.webhooks.schemes import SCHEMES

KEYS = ("message_id", "message_ids", "_id", "type", "status", "event", "messageId", "threadId", "data", "timestamp")
WORDS = (
    "send",
    "InboundMessage",
    "SMS",
    "message.sent",
    "delivered",
    "inbound",
    "2026-05-04T09:15:00Z",
    "m1",
    "\ud800",
)
MORE = ("webhookId", "locationId", "direction", "callStatus", "dateAdded", "messageType", "body", "from", "sentAt")
leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.sampled_from(WORDS))
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=8,
)
objects = st.dictionaries(st.sampled_from(KEYS + MORE) | st.text(), values, max_size=8)
bodies = st.one_of(
    st.binary(), objects.map(lambda value: json.dumps(value).encode()), values.map(json.dumps).map(str.encode)
)


@pytest.mark.parametrize("scheme", SCHEMES, ids=str)
def test_no_genuine_body_whatever_is_an_error_of_ours(cloud: Cloud, scheme: Scheme) -> None:
    cloud.put_account(scheme)
    cloud.environment(QUEUE_URL=cloud.queues[scheme.provider])
    handler = import_module(f"functions.{scheme.provider}.webhook").handler

    @drawn(max_examples=150, deadline=None)
    @given(bodies)
    def check(body: bytes) -> None:
        sent = scheme.signed(body) if scheme.can_sign(body) else scheme.signed().changed(body)
        response = handler(http_event(scheme.provider, sent, encoded=True), Context())
        assert response["statusCode"] in (200, 400, 401)
        assert scheme.webhook.answer is not None or json.loads(response["body"])

    check()
