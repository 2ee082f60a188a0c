"""PortSIP PBX's webhook. The vendor has webhooks for calls and extensions, none for messages: a user's own relay
posts what generic_webhook.py reads. Vendor: PortSIP PBX REST API, "Webhooks".
"""

from __future__ import annotations

from typing import Final

from message_detail.providers.base.generic_webhook import generic_webhook

WEBHOOK: Final = generic_webhook("portsip")
