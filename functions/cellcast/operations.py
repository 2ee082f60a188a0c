"""POST /v1/messages/cellcast/refresh and POST /v1/providers/cellcast/redrive."""

from message_detail.entrypoints.operations import operations_handler
from message_detail.providers.cellcast.account import SCHEMA

handler = operations_handler("cellcast", SCHEMA)
