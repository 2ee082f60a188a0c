"""The authorizer function."""

from message_detail.handlers.authorizer import authorizer_handler

handler = authorizer_handler
