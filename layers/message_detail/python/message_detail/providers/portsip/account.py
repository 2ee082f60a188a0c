"""What an account of PortSIP PBX holds. Vendor: PortSIP PBX REST API, "Auth".

`base_url` ends in `/api`; the default port of an installation is 8887. `username` must be a user without
two-factor login whose role has the Analytics permission, `domain` is that of its tenant. Signing in needs
v22.2.11 (2025-05) or later: an installation of v22.1.7 to v22.2.10 has only `login/oauth/token` and needs a
`token` here. `ca_certificate` is the PEM of the authority that signed a private certificate.
"""

from message_detail.providers.base.account import AccountSchema

SCHEMA = AccountSchema(
    credentials=(("token",), ("username", "password")),
    optional=("domain", "ca_certificate"),
    examples={"base_url": "https://pbx.example.com:8887/api", "domain": "tenant.example.com"},
    webhook_place='A relay of your own, for the PBX sends none: let it post {"message_id": "…"} to the address',
)
