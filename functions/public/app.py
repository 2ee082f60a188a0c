"""The public function."""

from message_detail.handlers.public import public_handler

handler = public_handler
