"""What is due of carecloud."""

from message_detail.entrypoints.reconcile import reconcile_handler
from message_detail.providers.carecloud.account import SCHEMA

handler = reconcile_handler("carecloud", SCHEMA)
