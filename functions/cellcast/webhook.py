"""POST /v1/webhooks/cellcast and POST /v1/webhooks/cellcast/{account}."""

from message_detail.handlers.webhook import webhook_handler
from message_detail.providers.cellcast.account import KEYS
from message_detail.providers.cellcast.webhook import WEBHOOK

handler = webhook_handler(WEBHOOK, KEYS)
