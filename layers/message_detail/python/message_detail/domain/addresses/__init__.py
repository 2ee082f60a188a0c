"""Addresses: e-mail addresses and telephone numbers as people and programs write them. Linear in the text."""
