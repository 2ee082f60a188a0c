"""The console function."""

from message_detail.entrypoints.console import console_handler

handler = console_handler(beside=__file__)
