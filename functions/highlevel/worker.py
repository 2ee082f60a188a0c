"""The tasks of the queue of highlevel."""

from message_detail.entrypoints.worker import worker_handler
from message_detail.providers.highlevel.provider import PROVIDER

handler = worker_handler(PROVIDER)
