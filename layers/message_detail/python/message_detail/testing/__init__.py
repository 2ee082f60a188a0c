"""The contract of a provider as a test suite, for every provider here and for those in other repositories.

    from message_detail.testing import ProviderContract

    class TestAcme(ProviderContract):
        provider, recordings = PROVIDER, Path(__file__).parent / "recordings"

holds a provider to all that the core promises of it: that its recorded fetches give what their expected files say,
that nothing a vendor tells is lost, that everything that comes out is canonical. `WebhookContract`, with `schemes`,
does the same for the ways in which its webhooks are proved, and `ListContract`, with `facts`, for its list.

Needs pytest and hypothesis (`message-detail[testing]`). Nothing that is deployed imports this package, and
`tools/prune_layer.py` takes it out of the layer.
"""

from __future__ import annotations

from typing import Any

import pytest

# Failures in there show their values, as in a test's own file.
pytest.register_assert_rewrite(f"{__name__}.contract", f"{__name__}.recordings")

from message_detail.testing.contract.canonical import CanonicalContract  # noqa: E402
from message_detail.testing.contract.field_table import FieldTableContract  # noqa: E402
from message_detail.testing.contract.lists import ListContract  # noqa: E402
from message_detail.testing.contract.loss_free import LossFreeContract  # noqa: E402
from message_detail.testing.contract.recorded import RecordedContract  # noqa: E402
from message_detail.testing.contract.sealed import SealedContract  # noqa: E402
from message_detail.testing.contract.secrets import SecretsContract  # noqa: E402
from message_detail.testing.contract.statuses import StatusContract  # noqa: E402
from message_detail.testing.contract.subject import Contract  # noqa: E402
from message_detail.testing.contract.unseen import UnseenContract  # noqa: E402
from message_detail.testing.contract.webhooks import WebhookContract  # noqa: E402
from message_detail.testing.lists import ListFacts  # noqa: E402
from message_detail.testing.recordings import Recording, load_recordings, outcome  # noqa: E402
from message_detail.testing.schemes import Scheme, Sending, Signed, shared_secret_schemes  # noqa: E402

__all__ = [
    "ListContract",
    "ListFacts",
    "ProviderContract",
    "Recording",
    "Scheme",
    "Sending",
    "Signed",
    "WebhookContract",
    "held_to",
    "load_recordings",
    "outcome",
    "shared_secret_schemes",
]


def held_to(contract: type[Contract], name: str, **facts: Any) -> type[Contract]:
    """A test class that holds a provider to a contract, for a suite that finds its providers itself."""
    return type(f"Test{name.capitalize()}", (contract,), facts)


class ProviderContract(
    RecordedContract,
    FieldTableContract,
    StatusContract,
    CanonicalContract,
    LossFreeContract,
    UnseenContract,
    SecretsContract,
    SealedContract,
):
    """All that is promised of a provider's mapping. A subclass names its `provider` and the folder `recordings`."""
