"""What an account of Samva holds. Vendor: "Get Message", https://samva.app (API key in X-API-Key).

The later generations of the API are reached by another `base_url` (https://api.samva.app/v1,
https://api.samva.dev/v1); their keys go into the same header.
"""

from message_detail.providers.base.account import AccountSchema

SCHEMA = AccountSchema(
    credentials=(("api_key",),),
    default_base_url="https://samva.app/api/v1",
    signs_standard=True,
    webhook_place=(
        "Webhook endpoints, a new one for events message.*: the address as its URL, the secret where it asks for one"
    ),
)
