"""Secrets in kept data: known by their names, by their shapes, or by the name beside them, and blanked."""
