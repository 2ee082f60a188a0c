"""GET /v1/messages/highlevel/{message_id} and its timeline."""

from message_detail.providers.highlevel.provider import PROVIDER

from message_detail.handlers.lookup import lookup_handler

handler = lookup_handler(PROVIDER)
