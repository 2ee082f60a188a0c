"""What is due of cellcast."""

from message_detail.entrypoints.reconcile import reconcile_handler
from message_detail.providers.cellcast.account import SCHEMA

handler = reconcile_handler("cellcast", SCHEMA)
