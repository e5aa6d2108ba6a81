"""The Library API v1."""
