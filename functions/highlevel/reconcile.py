"""What is due of highlevel."""

from message_detail.entrypoints.reconcile import reconcile_handler
from message_detail.providers.highlevel.account import SCHEMA

handler = reconcile_handler("highlevel", SCHEMA)
