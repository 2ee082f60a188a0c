"""GET /v1/messages/samva/{message_id} and its timeline."""

from message_detail.entrypoints.lookup import lookup_handler
from message_detail.providers.samva.provider import PROVIDER

handler = lookup_handler(PROVIDER)
