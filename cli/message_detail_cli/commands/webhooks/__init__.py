"""`message-detail webhooks`: what providers send."""
