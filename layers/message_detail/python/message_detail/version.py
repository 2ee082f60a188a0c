"""The version of message-detail: one source for the package, the User-Agent and the OpenAPI document."""

__version__ = "0.2.0"
