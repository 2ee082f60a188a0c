"""POST /v1/webhooks/portsip and POST /v1/webhooks/portsip/{account}."""

from message_detail.entrypoints.webhook import webhook_handler
from message_detail.providers.portsip.account import SCHEMA
from message_detail.providers.portsip.webhook import WEBHOOK

handler = webhook_handler(WEBHOOK, SCHEMA)
