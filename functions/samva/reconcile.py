"""What is due of samva."""

from message_detail.entrypoints.reconcile import reconcile_handler
from message_detail.providers.samva.account import SCHEMA

handler = reconcile_handler("samva", SCHEMA)
