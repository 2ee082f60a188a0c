"""POST /v1/messages/carecloud/refresh and POST /v1/providers/carecloud/redrive."""

from message_detail.entrypoints.operations import operations_handler
from message_detail.providers.carecloud.account import SCHEMA

handler = operations_handler("carecloud", SCHEMA)
