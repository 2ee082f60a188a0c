"""The endpoints function."""

from message_detail.entrypoints.endpoints import endpoints_handler

handler = endpoints_handler
