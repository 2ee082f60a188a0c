"""The function that sends events to their endpoints."""

from message_detail.entrypoints.deliver import deliver_handler

handler = deliver_handler
