"""What is due of portsip."""

from message_detail.handlers.reconcile import reconcile_handler
from message_detail.providers.portsip.account import KEYS

handler = reconcile_handler("portsip", KEYS)
