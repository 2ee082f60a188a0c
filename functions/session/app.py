"""The session function."""

from message_detail.entrypoints.session import session_handler

handler = session_handler
