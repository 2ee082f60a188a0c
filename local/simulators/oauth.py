"""HighLevel's token endpoint: access tokens of a day and refresh tokens that are good for one use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.simulators.tokens import Tokens
from local.simulators.wire import Answer, json_answer

ACCESS_SECONDS = 86399.0
REFRESH_SECONDS = 365 * 86400.0
#: Within this long after its use, a used refresh token gives the same new one again.
GRACE_SECONDS = 30.0
CAMEL = {
    "access_token": "accessToken",
    "refresh_token": "refreshToken",
    "token_type": "tokenType",
    "expires_in": "expiresIn",
}


@dataclass
class TokenEndpoint:
    """`POST /oauth/token` for the grant `refresh_token`.

    `clients` maps an account to its client id, client secret and location.
    """

    clients: Mapping[str, tuple[str, str, str]]
    clock: Callable[[], float]
    access: Tokens = field(init=False)
    refresh: Tokens = field(init=False)
    current: dict[str, str] = field(default_factory=dict)
    used: dict[str, tuple[float, dict[str, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.access = Tokens("highlevel-access", self.clock)
        self.refresh = Tokens("highlevel-refresh", self.clock)
        for account in self.clients:
            self.current[account] = self.refresh.issue(account, REFRESH_SECONDS)

    def answer(self, given: Mapping[str, Any], *, camel: bool, refused: bool) -> Answer:
        """The answer to a token call, whose fields may be in either spelling."""
        values = {name: given.get(name) or given.get(_camel(name)) for name in _FIELDS}
        if values["grant_type"] != "refresh_token":
            return _refusal(400, "Unsupported grant type", "unsupported_grant_type")
        token = str(values["refresh_token"] or "")
        account = self.refresh.owner(token)
        pair = (values["client_id"], values["client_secret"])
        if account is None or refused:
            return _refusal(400, "Invalid grant: refresh token is invalid", "invalid_grant")
        if pair != self.clients[account][:2]:
            return _refusal(401, "Invalid client: client credentials are invalid", "invalid_client")
        body = self._repeated(token) or self._rotated(account, token)
        if body is None:
            return _refusal(400, "Invalid grant: refresh token is invalid", "invalid_grant")
        shown = {CAMEL.get(key, key): value for key, value in body.items()} if camel else body
        return json_answer(200, shown)

    def _repeated(self, token: str) -> dict[str, Any] | None:
        at, body = self.used.get(token, (0.0, None))
        return body if self.clock() - at <= GRACE_SECONDS else None

    def _rotated(self, account: str, token: str) -> dict[str, Any] | None:
        if self.refresh.find_account(token) is None:
            return None
        self.refresh.kill(token)
        self.current[account] = self.refresh.issue(account, REFRESH_SECONDS)
        body = {
            "access_token": self.access.issue(account, ACCESS_SECONDS),
            "token_type": "Bearer",
            "expires_in": int(ACCESS_SECONDS),
            "refresh_token": self.current[account],
            "refreshTokenId": f"SimRefreshId{self.refresh.made:08d}",
            "scope": "conversations/message.readonly conversations.readonly",
            "userType": "Location",
            "companyId": "SimCompany0000000001",
            "locationId": self.clients[account][2],
            "userId": "SimUser0000000000001",
        }
        self.used[token] = (self.clock(), body)
        return body


_FIELDS = ("client_id", "client_secret", "grant_type", "refresh_token")


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _refusal(status: int, message: str, error: str) -> Answer:
    return json_answer(status, {"statusCode": status, "message": message, "error": error})
