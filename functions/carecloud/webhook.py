"""POST /v1/webhooks/carecloud and POST /v1/webhooks/carecloud/{account}."""

from message_detail.entrypoints.webhook import webhook_handler
from message_detail.providers.carecloud.account import SCHEMA
from message_detail.providers.carecloud.webhook import WEBHOOK

handler = webhook_handler(WEBHOOK, SCHEMA)
