"""The tasks of the queue of highlevel."""

from message_detail.providers.highlevel.provider import PROVIDER

from message_detail.handlers.worker import worker_handler

handler = worker_handler(PROVIDER)
