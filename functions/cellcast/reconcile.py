"""What is due of cellcast."""

from message_detail.handlers.reconcile import reconcile_handler
from message_detail.providers.cellcast.account import KEYS

handler = reconcile_handler("cellcast", KEYS)
