"""POST /v1/webhooks/portsip and POST /v1/webhooks/portsip/{account}."""

from message_detail.handlers.webhook import webhook_handler
from message_detail.providers.portsip.account import KEYS
from message_detail.providers.portsip.webhook import WEBHOOK

handler = webhook_handler(WEBHOOK, KEYS)
