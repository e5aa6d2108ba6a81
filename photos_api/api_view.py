"""What every view of the API starts from."""

from rest_framework.views import APIView


class ScopedView(APIView):
    """A view that names the scope each method needs; one without is for nobody."""

    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    scopes: dict[str, str] = {}
