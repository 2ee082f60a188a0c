"""POST /v1/webhooks/samva and POST /v1/webhooks/samva/{account}."""

from message_detail.entrypoints.webhook import webhook_handler
from message_detail.providers.samva.account import SCHEMA
from message_detail.providers.samva.webhook import WEBHOOK

handler = webhook_handler(WEBHOOK, SCHEMA)
