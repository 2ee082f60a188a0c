"""The messages function."""

from message_detail.handlers.messages import messages_handler

handler = messages_handler
