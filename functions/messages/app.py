"""The messages function."""

from message_detail.entrypoints.messages import messages_handler

handler = messages_handler
