"""What is due of highlevel."""

from message_detail.handlers.reconcile import reconcile_handler
from message_detail.providers.highlevel.account import KEYS

handler = reconcile_handler("highlevel", KEYS)
