"""HighLevel (LeadConnector): a CRM with SMS, e-mail, calls, chats and social channels (marketplace.gohighlevel.com)."""
