"""The function that reads the table's stream."""

from message_detail.entrypoints.changes import changes_handler

handler = changes_handler
