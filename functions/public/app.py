"""The public function."""

from message_detail.entrypoints.public import public_handler

handler = public_handler
