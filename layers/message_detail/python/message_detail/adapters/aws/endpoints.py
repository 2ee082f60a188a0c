"""Endpoints from AWS Secrets Manager: one secret each, named {stack}/endpoint/{name}."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from message_detail.adapters.aws.secrets import MAX_AGE_SECONDS, SecretStore
from message_detail.domain.errors import AccountUnusable, EndpointUnusable, NoSuchEndpoint
from message_detail.domain.events_out.endpoint import NAME, Endpoint, build, check_name

FOLDER: Final = "endpoint"
"""Where a stack's endpoints stand among its secrets, beside the providers."""


class Endpoints:
    """The endpoints of a stack. `default_networks` is `allow_networks` of those that don't say."""

    def __init__(
        self, secrets: SecretStore, default_networks: Sequence[str] = (), now: Callable[[], float] = time.time
    ) -> None:
        self._secrets = secrets
        self._default_networks = default_networks
        self._now = now
        self._names: tuple[float, tuple[str, ...]] = (0.0, ())

    def get(self, name: str) -> Endpoint:
        """An endpoint; NoSuchEndpoint where there is none of that name, EndpointUnusable where its settings are bad,
        StorageError where they can't be read."""
        try:
            values = self._secrets.directory(FOLDER, check_name(name))
        except AccountUnusable as error:  # the secret holds no JSON object
            raise EndpointUnusable(error.detail) from None
        if not values:
            raise NoSuchEndpoint(f"there is no endpoint {name!r} here: make it with `message-detail endpoints put`")
        return build(name, values, self._default_networks)

    def all(self) -> Mapping[str, Endpoint | EndpointUnusable]:
        """Every endpoint by its name, or why its settings can't be used. StorageError."""
        return dict(self._found())

    def _found(self) -> Iterator[tuple[str, Endpoint | EndpointUnusable]]:
        for name in self.names():
            try:
                yield name, self.get(name)
            except EndpointUnusable as error:
                yield name, error
            except NoSuchEndpoint:  # it was deleted a moment ago
                continue

    def names(self) -> tuple[str, ...]:
        """The names of all endpoints. StorageError."""
        until, names = self._names
        if self._now() >= until:
            names = tuple(name for name in self._secrets.names(FOLDER) if NAME.fullmatch(name))
            self._names = (self._now() + MAX_AGE_SECONDS, names)
        return names
