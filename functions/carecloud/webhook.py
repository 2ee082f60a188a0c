"""POST /v1/webhooks/carecloud and POST /v1/webhooks/carecloud/{account}."""

from message_detail.handlers.webhook import webhook_handler
from message_detail.providers.carecloud.account import KEYS
from message_detail.providers.carecloud.webhook import WEBHOOK

handler = webhook_handler(WEBHOOK, KEYS)
