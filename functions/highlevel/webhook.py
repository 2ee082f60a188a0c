"""POST /v1/webhooks/highlevel and POST /v1/webhooks/highlevel/{account}."""

from message_detail.entrypoints.webhook import webhook_handler
from message_detail.providers.highlevel.account import SCHEMA
from message_detail.providers.highlevel.webhook import WEBHOOK

handler = webhook_handler(WEBHOOK, SCHEMA)
