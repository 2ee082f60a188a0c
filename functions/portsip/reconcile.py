"""What is due of portsip."""

from message_detail.entrypoints.reconcile import reconcile_handler
from message_detail.providers.portsip.account import SCHEMA

handler = reconcile_handler("portsip", SCHEMA)
