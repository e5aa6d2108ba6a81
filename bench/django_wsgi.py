"""Whatever DJANGO_SETTINGS_MODULE names, under gunicorn."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
