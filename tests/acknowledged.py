"""What answers a genuine webhook, wherever it was delivered to."""

from __future__ import annotations

from typing import Any

from message_detail.entrypoints.answers import WebhookTaken
from message_detail.providers.base.webhook import Webhook


def check_acknowledged(webhook: Webhook, status: int, body: str, content_type: str, **told: Any) -> None:
    """The answer says what became of the delivery, or what the vendor wants to be answered."""
    wanted = webhook.answer
    if wanted is None:
        assert (status, WebhookTaken.model_validate_json(body, strict=True)) == (200, WebhookTaken(**told))
    else:
        assert (status, body, content_type) == (wanted.status, wanted.body, wanted.content_type)
