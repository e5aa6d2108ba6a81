"""Requests that this server sends to addresses which others have registered.

Such an address must not make it a tool against the network it stands in (server-side
request forgery): only https and only public addresses, looked at after resolution and
then connected to, so that a second look-up cannot say otherwise; no redirects; an end
in time; and of the answer nothing but its status. On one machine, in demo mode, http
and its own networks are what there is.
"""

import ssl
from contextlib import closing, suppress
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from socket import SHUT_RDWR, SOCK_STREAM, create_connection, getaddrinfo, socket
from threading import Event, Timer
from urllib.parse import SplitResult, urlencode, urlsplit

from django.conf import settings

TIME_LIMIT = 5.0  # seconds for all of it but the look-up of the name
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
UNICAST = IPv6Network("2000::/3")  # of IPv6, all that is given out
NOBODYS = (  # whom these reach, if anybody, a relay decides
    IPv6Network("2001::/32"),  # Teredo, with an IPv4 address inside
    IPv6Network("2002::/16"),  # 6to4, with another
    IPv6Network("3fff::/20"),  # of examples
)
IPAddress = IPv4Address | IPv6Address


class Unreachable(Exception):
    """No answer came; the sentence says why and is safe to show."""


def post(uri: str, form: dict[str, str]) -> int:
    """POST a form and return the status of the answer, whose body is not read.

    Raises Unreachable.
    """
    target = _target(uri)
    addresses = _resolve(target)
    connection = _http(target)
    with closing(connection):
        connection.sock = _connect(addresses, _port(target))
        late = Event()
        deadline = Timer(TIME_LIMIT, lambda: _cut(connection.sock, late))
        deadline.start()
        try:
            _secure(connection, target)
            path = f"{target.path or '/'}{'?' if target.query else ''}{target.query}"
            connection.request("POST", path, urlencode(form), FORM)
            status = connection.getresponse().status  # a redirect is an answer too
        except (OSError, HTTPException, ValueError):
            raise Unreachable("It did not answer in time, or not in HTTP.") from None
        finally:
            deadline.cancel()
    if late.is_set():  # half an answer, cut off
        raise Unreachable("It did not answer in time.")
    return status


def _target(uri: str) -> SplitResult:
    try:
        target = urlsplit(uri)
        _port(target)
    except ValueError:
        raise Unreachable("Its address is malformed.") from None
    schemes = {"https", "http"} if settings.DEMO else {"https"}
    if target.scheme not in schemes or not target.hostname or target.username:
        raise Unreachable("Its address is not an https address.")
    return target


def _resolve(target: SplitResult) -> list[IPAddress]:
    """Every address of the host, all of them public."""
    try:
        found = getaddrinfo(target.hostname, _port(target), type=SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreachable("Its host is unknown.") from None
    addresses = [ip_address(sockaddr[0]) for *_, sockaddr in found]
    if not addresses or not all(map(_may_be_called, addresses)):
        raise Unreachable("Its address is not a public one.")
    return addresses


def _may_be_called(address: IPAddress) -> bool:
    """Public; in demo mode also this machine and private networks.

    Link-local ones never: that is where clouds keep their secrets.
    """
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    if address.is_multicast or address.is_link_local or address.is_unspecified:
        return False
    return _is_public(address) or (settings.DEMO and address.is_private)


def _is_public(address: IPAddress) -> bool:
    """Given out to somebody, who alone is reached by it."""
    if isinstance(address, IPv4Address):
        return address.is_global
    if address not in UNICAST or any(address in network for network in NOBODYS):
        return False
    return address.is_global


def _connect(addresses: list[IPAddress], port: int) -> socket:
    """To the first that answers; the name is not looked up again."""
    for address in addresses:
        try:
            return create_connection((str(address), port), TIME_LIMIT / len(addresses))
        except OSError:
            continue
    raise Unreachable("It could not be reached.")


def _secure(connection: HTTPConnection, target: SplitResult) -> None:
    """Shake hands on the connection's new socket: the old one can no longer be cut."""
    if target.scheme == "http":
        return
    connection.sock = channel = _tls().wrap_socket(
        connection.sock, server_hostname=target.hostname, do_handshake_on_connect=False
    )
    channel.do_handshake()


@cache
def _tls() -> ssl.SSLContext:
    """Certificates and host names are checked; TLS 1.2 or later (RFC 9700 §2.6)."""
    return ssl.create_default_context()


def _http(target: SplitResult) -> HTTPConnection:
    kind = HTTPSConnection if target.scheme == "https" else HTTPConnection
    return kind(str(target.hostname), target.port)


def _port(target: SplitResult) -> int:
    return target.port or (443 if target.scheme == "https" else 80)


def _cut(channel: socket | None, late: Event) -> None:
    """Wake whoever waits on it: however slowly an answer drips, time is up."""
    late.set()
    if channel is None:  # the answer is here already
        return
    with suppress(OSError):  # closed already
        socket.shutdown(channel, SHUT_RDWR)
