"""CareCloud's webhook. The vendor defines none: an admin builds one in a Marketing Automation scenario, with the
payload that generic_webhook.py reads. Vendor: https://carecloud.readme.io, and the help page on webhooks.
"""

from __future__ import annotations

from typing import Final

from message_detail.providers.base.generic_webhook import generic_webhook

WEBHOOK: Final = generic_webhook("carecloud")
