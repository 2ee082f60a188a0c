"""PortSIP PBX: a self-hosted PBX with SMS and WhatsApp channels (REST API, "External Message")."""
