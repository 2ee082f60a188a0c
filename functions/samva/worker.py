"""The tasks of the queue of samva."""

from message_detail.entrypoints.worker import worker_handler
from message_detail.providers.samva.provider import PROVIDER

handler = worker_handler(PROVIDER)
