"""Every provider's webhooks are held to the contract: what is refused, and the little that is accepted."""

from __future__ import annotations

from message_detail.testing import WebhookContract, held_to
from tests.unit.webhooks.schemes import SCHEMES_OF

for _name, _schemes in SCHEMES_OF.items():
    globals()[f"Test{_name.capitalize()}"] = held_to(WebhookContract, _name, schemes=_schemes)
