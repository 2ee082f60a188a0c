"""Samva: an e-mail, SMS and WhatsApp API in early access (samva.app, later samva.dev)."""
