"""message-detail: what happened to this message, whichever provider carried it."""
