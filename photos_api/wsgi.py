"""How a WSGI server reaches photos_api."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "photos_api.settings")
application = get_wsgi_application()
