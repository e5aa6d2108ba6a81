"""What a container asks itself: can the project that I am serve?

Asked for by its public name, since a project answers to no other.
"""

import http.client
import os
import sys
from urllib.parse import urlsplit


def main() -> int:
    """0 when /readyz says yes."""
    public = os.environ[f"{os.environ['PROJECT'].upper()}_URL"]
    connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=4)
    try:
        headers = {"Host": urlsplit(public).netloc}
        connection.request("GET", "/readyz", headers=headers)
        return int(connection.getresponse().status != http.client.OK)
    except OSError:
        return 1


if __name__ == "__main__":
    sys.exit(main())
