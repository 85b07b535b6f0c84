"""The only way to addresses that others name: checked when dialled, bounded in time and size.

A name is resolved once, every address it has must lie in the public internet, and the checked
address itself is dialled, so a name cannot change its mind between check and call. TLS and the
Host header keep the name. Redirects are answers like any other; proxies are not asked.
"""

import ipaddress
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from chalicelib.errors import InvalidInput

if TYPE_CHECKING:
    import httpx
    from httpcore import NetworkStream

LONGEST_URL = 2_048
NAME = re.compile(rb"[a-z0-9._-]+", re.IGNORECASE)

PUBLIC_V6 = ipaddress.ip_network("2000::/3")
SPECIAL = tuple(
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24",  # protocol assignments
        "192.88.99.0/24",  # 6to4 relays
        "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarking
        "2002::/16",  # 6to4: an IPv4 address inside
        "3fff::/20",  # documentation
    )
)
"""What some version of `ipaddress` calls global although it is not a host of the internet."""


class Refused(Exception):
    """This address is not one we call."""


class Failed(Exception):
    """The other side did not answer within the limits."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said; `headers` in lower case, `body` cut at the size limit."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def is_public(address: str) -> bool:
    """Whether an IP address is a host of the public internet.

    `is_global` alone is not enough: it holds for multicast and for IPv6 addresses that carry a
    private IPv4 address (NAT64, 6to4).
    """
    ip = ipaddress.ip_address(address)
    if ip.version == 6 and (ip not in PUBLIC_V6 or ip.scope_id):
        return False
    return (
        ip.is_global
        and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)
        and not any(ip in network for network in SPECIAL if network.version == ip.version)
    )


def is_loopback(address: str) -> bool:
    """Whether an IP address is this machine's own."""
    return ipaddress.ip_address(address).is_loopback


def checked_url(url: str, *, local: bool = False) -> "httpx.URL":
    """A URL we would call: https, a host, no user, no forbidden address written out.

    `local` also admits http and this machine itself. Raises `InvalidInput`, field `url`.
    """
    import httpx

    def refuse(why: str) -> InvalidInput:
        message = f"This address cannot be called: {why}."
        return InvalidInput(
            message, errors=[{"field": "url", "rule": "public_https", "message": message}]
        )

    if len(url) > LONGEST_URL:
        raise refuse(f"it is longer than {LONGEST_URL:,} characters")
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise refuse("it is not a URL") from error
    if parsed.scheme != "https" and not (local and parsed.scheme == "http"):
        raise refuse("it must start with https://")
    if not parsed.host:
        raise refuse("it has no host")
    if parsed.port is not None and not 0 < parsed.port < 65_536:
        raise refuse("it has an impossible port")
    if parsed.userinfo:
        raise refuse("it must not hold a user or password")
    try:
        public = is_public(parsed.host) or (local and is_loopback(parsed.host))
    except ValueError as error:  # a name: its addresses are checked when it is called
        if NAME.fullmatch(parsed.raw_host):
            return parsed
        raise refuse("its host is not a name") from error
    if not public:
        raise refuse("it is not in the public internet")
    return parsed


def addresses_of(host: str, port: int) -> list[str]:
    """The IP addresses of a name, in the system's order of preference."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def dial(address: str, port: int, timeout: float) -> "NetworkStream":
    """A TCP connection to an IP address."""
    import httpcore

    return httpcore.SyncBackend().connect_tcp(address, port, timeout=timeout)


@dataclass(frozen=True)
class Outbound:
    """Calls to addresses that users or vendors name.

    `seconds` bounds a call from connecting to the last byte, `at_most` the bytes kept of an
    answer, `local` admits http and this machine itself.
    """

    local: bool = False
    seconds: float = 20
    at_most: int = 64 * 1024
    resolve: Callable[[str, int], list[str]] = addresses_of
    dial: Callable[[str, int, float], "NetworkStream"] = dial
    clock: Callable[[], float] = time.monotonic
    tls: ssl.SSLContext | None = field(default=None, repr=False)

    def post(self, url: str, content: bytes, headers: Mapping[str, str]) -> Answer:
        """`request` with POST."""
        return self.request("POST", url, content, headers)

    def request(
        self, method: str, url: str, content: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send a body and read the answer, whatever its status.

        Raises `InvalidInput` for a URL we never call, `Refused` when its name leads to an
        address that is not public, `Failed` when no whole answer came in time.
        """
        import httpcore

        target = checked_url(url, local=self.local)
        sent = {
            "host": target.netloc.decode("ascii"),
            "content-length": str(len(content)),
            **(headers or {}),
        }
        try:
            with (
                httpcore.ConnectionPool(
                    ssl_context=self.tls, network_backend=cast(Any, _Guard(self))
                ) as pool,
                pool.stream(
                    method,
                    httpcore.URL(
                        scheme=target.raw_scheme,
                        host=target.raw_host,
                        port=target.port,
                        target=target.raw_path,
                    ),
                    headers=list(sent.items()),
                    content=content,
                ) as answer,
            ):
                return Answer(
                    status=answer.status,
                    headers={k.decode().lower(): v.decode("latin-1") for k, v in answer.headers},
                    body=self._start_of(answer.iter_stream()),
                )
        except (
            httpcore.NetworkError,
            httpcore.TimeoutException,
            httpcore.ProtocolError,
            OSError,
            UnicodeError,  # the resolver's word for a name that cannot be one
        ) as error:
            raise Failed(f"{type(error).__name__}: {error}"[:300]) from error

    def addresses(self, host: str, port: int) -> list[str]:
        """Every address of a host. Raises `Refused` when one of them is not ours to call."""
        found = self.resolve(host, port)
        for address in found:
            if not (is_public(address) or (self.local and is_loopback(address))):
                raise Refused(f"{host} leads to an address outside the public internet")
        if not found:
            raise Refused(f"{host} has no address")
        return found

    def _start_of(self, parts: Iterable[bytes]) -> bytes:
        body = b""
        for part in parts:
            body += part
            if len(body) >= self.at_most:
                break
        return body[: self.at_most]


class _Guard:
    """httpcore's way to the network for one call: checked addresses, one deadline."""

    def __init__(self, door: Outbound) -> None:
        self.door = door
        self.deadline = door.clock() + door.seconds

    def left(self) -> float:
        """Seconds until the call must have ended."""
        import httpcore

        seconds = self.deadline - self.door.clock()
        if seconds <= 0:
            raise httpcore.TimeoutException(f"no whole answer within {self.door.seconds:g} s")
        return seconds

    def connect_tcp(self, host: str, port: int, *_: Any, **__: Any) -> "_Bounded":
        """Dial one address after the other until one takes the call."""
        import httpcore

        *others, last = self.door.addresses(host, port)
        for address in others:
            try:
                return _Bounded(self.door.dial(address, port, self.left()), self.left)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return _Bounded(self.door.dial(last, port, self.left()), self.left)


class _Bounded:
    """A stream of which every operation ends by the call's deadline."""

    def __init__(self, stream: "NetworkStream", left: Callable[[], float]) -> None:
        self.stream = stream
        self.left = left
        self.close = stream.close
        self.get_extra_info = stream.get_extra_info

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.stream.read(max_bytes, self.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.stream.write(buffer, self.left())

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, **_: Any
    ) -> "_Bounded":
        return _Bounded(self.stream.start_tls(ssl_context, server_hostname, self.left()), self.left)
