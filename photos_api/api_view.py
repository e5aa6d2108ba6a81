"""What every view of the API starts from."""

from rest_framework.views import APIView


class ScopedView(APIView):
    """A view that names the scope each method needs; one without is for nobody."""

    scopes: dict[str, str] = {}
