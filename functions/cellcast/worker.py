"""The tasks of the queue of cellcast."""

from message_detail.entrypoints.worker import worker_handler
from message_detail.providers.cellcast.provider import PROVIDER

handler = worker_handler(PROVIDER)
