"""Cellcast: an Australian SMS and MMS gateway (developer.cellcast.com, report API v2)."""
