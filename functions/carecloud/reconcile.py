"""What is due of carecloud."""

from message_detail.handlers.reconcile import reconcile_handler
from message_detail.providers.carecloud.account import KEYS

handler = reconcile_handler("carecloud", KEYS)
