"""The authorizer function."""

from message_detail.entrypoints.authorizer import authorizer_handler

handler = authorizer_handler
