"""`message-detail keys`: the API keys."""
