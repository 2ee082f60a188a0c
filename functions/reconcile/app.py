"""The reconcile function."""

from message_detail.entrypoints.reconcile import reconcile_handler

handler = reconcile_handler
