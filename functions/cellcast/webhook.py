"""POST /v1/webhooks/cellcast and POST /v1/webhooks/cellcast/{account}."""

from message_detail.entrypoints.webhook import webhook_handler
from message_detail.providers.cellcast.account import SCHEMA
from message_detail.providers.cellcast.webhook import WEBHOOK

handler = webhook_handler(WEBHOOK, SCHEMA)
