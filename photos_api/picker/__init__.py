"""The Picker API v1."""
