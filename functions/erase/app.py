"""The erase function."""

from message_detail.entrypoints.erase import erase_handler

handler = erase_handler
