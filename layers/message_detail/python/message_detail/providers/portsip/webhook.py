"""PortSIP PBX's webhook. The vendor has webhooks for calls and extensions, none for messages: a user's own relay
posts what relay.py reads. Vendor: PortSIP PBX REST API, "Webhooks".
"""

from __future__ import annotations

from typing import Final

from message_detail.relay import relay_webhook

WEBHOOK: Final = relay_webhook("portsip")
