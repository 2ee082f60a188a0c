"""POST /v1/webhooks/highlevel and POST /v1/webhooks/highlevel/{account}."""

from message_detail.handlers.webhook import webhook_handler
from message_detail.providers.highlevel.account import KEYS
from message_detail.providers.highlevel.webhook import WEBHOOK

handler = webhook_handler(WEBHOOK, KEYS)
