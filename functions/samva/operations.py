"""POST /v1/messages/samva/refresh and POST /v1/providers/samva/redrive."""

from message_detail.entrypoints.operations import operations_handler
from message_detail.providers.samva.account import SCHEMA

handler = operations_handler("samva", SCHEMA)
