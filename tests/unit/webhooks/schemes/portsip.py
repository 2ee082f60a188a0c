"""PortSIP's: what a user's own relay posts, proved by a shared secret."""

from __future__ import annotations

from typing import Final

from message_detail.providers.portsip.webhook import WEBHOOK
from message_detail.testing import shared_secret_schemes
from tests.unit.webhooks.relayed import MESSAGE_ID, relayed

SCHEMES: Final = shared_secret_schemes(
    WEBHOOK, relayed, MESSAGE_ID, settings={"base_url": "https://pbx.example.com/api", "token": "t"}
)
