"""`message-detail accounts`: the secrets that hold the providers' credentials."""
