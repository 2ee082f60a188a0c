"""CareCloud: a Czech CRM and customer data platform (carecloud.readme.io, REST API v1.0)."""
