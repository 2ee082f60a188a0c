"""The operations function."""

from message_detail.entrypoints.operations import operations_handler

handler = operations_handler
