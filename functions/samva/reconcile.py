"""What is due of samva."""

from message_detail.handlers.reconcile import reconcile_handler
from message_detail.providers.samva.account import KEYS

handler = reconcile_handler("samva", KEYS)
