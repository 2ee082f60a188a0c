"""POST /v1/messages/highlevel/refresh and POST /v1/providers/highlevel/redrive."""

from message_detail.entrypoints.operations import operations_handler
from message_detail.providers.highlevel.account import SCHEMA

handler = operations_handler("highlevel", SCHEMA)
