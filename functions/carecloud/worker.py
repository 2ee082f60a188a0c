"""The tasks of the queue of carecloud."""

from message_detail.entrypoints.worker import worker_handler
from message_detail.providers.carecloud.provider import PROVIDER

handler = worker_handler(PROVIDER)
