"""The addresses of photos_api, and views that do nothing, or verify the token."""

from django.urls import include, path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class Trivial(APIView):
    """What DRF costs by itself."""

    authentication_classes = ()
    permission_classes = ()

    def get(self, request: Request) -> Response:
        """Nothing."""
        return Response({})


class Verified(APIView):
    """What every call costs, whatever it asks for."""

    permission_classes = ()

    def get(self, request: Request) -> Response:
        """Nothing; whose token is no good does not even get that."""
        return Response({})


urlpatterns = [
    path("bench/trivial", Trivial.as_view()),
    path("bench/verified", Verified.as_view()),
    path("", include("photos_api.urls")),
]
