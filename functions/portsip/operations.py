"""POST /v1/messages/portsip/refresh and POST /v1/providers/portsip/redrive."""

from message_detail.entrypoints.operations import operations_handler
from message_detail.providers.portsip.account import SCHEMA

handler = operations_handler("portsip", SCHEMA)
