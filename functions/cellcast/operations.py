"""POST /v1/messages/cellcast/refresh and POST /v1/providers/cellcast/redrive."""

from message_detail.handlers.operations import operations_handler
from message_detail.providers.cellcast.account import KEYS

handler = operations_handler("cellcast", KEYS)
