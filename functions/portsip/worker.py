"""The tasks of the queue of portsip."""

from message_detail.entrypoints.worker import worker_handler
from message_detail.providers.portsip.provider import PROVIDER

handler = worker_handler(PROVIDER)
