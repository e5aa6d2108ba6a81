"""Staff's view: clients, people, grants, keys and what happened. No secret is shown."""

from authserver.admin import clients, people, records
from authserver.admin.site import site

__all__ = ["clients", "people", "records", "site"]
