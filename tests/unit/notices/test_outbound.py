"""Outbound calls reach the public internet alone, at the checked address, within limits."""

import datetime
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpcore
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from chalicelib.errors import InvalidInput
from chalicelib.outbound import Failed, Outbound, Refused, addresses_of, checked_url, is_public

FORBIDDEN_URLS = [
    "http://example.com/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://example.com/",
    "//example.com/",
    "example.com",
    "",
    "https://",
    "https:///path",
    "https://user@example.com/",
    "https://user:password@example.com/",
    "https://exa mple.com/",
    "https://example.com:99999/",
    "https://[::1",
    "https://example.com/\x00",
    "https://example.com/\r\nX-Injected: 1",
    "https://example.com/" + "x" * 2_048,
]

FORBIDDEN_ADDRESSES = [
    "0.0.0.0",  # this host
    "10.0.0.1",  # private
    "100.64.0.1",  # carrier-grade NAT
    "127.0.0.1",  # loopback
    "127.1.2.3",
    "169.254.169.254",  # instance metadata
    "169.254.170.2",  # container credentials
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",  # protocol assignments
    "192.0.2.1",  # documentation
    "192.88.99.1",  # 6to4 relay
    "192.168.1.1",
    "198.18.0.1",  # benchmarking
    "203.0.113.7",
    "224.0.0.1",  # multicast
    "239.255.255.250",
    "240.0.0.1",  # reserved
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",  # IPv4-compatible
    "::ffff:127.0.0.1",  # IPv4-mapped
    "::ffff:8.8.8.8",
    "64:ff9b::a9fe:a9fe",  # NAT64 of the instance metadata
    "64:ff9b:1::a9fe:a9fe",
    "100::1",  # discard
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",  # Teredo
    "2001:db8::1",
    "2002:7f00:1::",  # 6to4 of loopback
    "2002:a9fe:a9fe::1",
    "3fff::1",
    "5f00::1",  # segment routing
    "fc00::1",
    "fd00:ec2::254",  # instance metadata over IPv6
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]

PUBLIC = ["1.1.1.1", "8.8.8.8", "93.184.215.14", "2606:4700:4700::1111", "2a00:1450:4001::200e"]


def never_dialled(address: str, port: int, timeout: float) -> Any:
    raise AssertionError(f"dialled {address}")


def never_resolved(host: str, port: int) -> list[str]:
    raise AssertionError(f"resolved {host}")


def written(address: str) -> str:
    return f"https://[{address}]/" if ":" in address else f"https://{address}/"


@pytest.mark.parametrize("url", [*FORBIDDEN_URLS, *map(written, FORBIDDEN_ADDRESSES)])
def test_a_forbidden_url_is_refused_before_anything_is_resolved(url: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        Outbound(resolve=never_resolved, dial=never_dialled).post(url, b"", {})
    (error,) = refusal.value.members["errors"]
    assert (error["field"], error["rule"]) == ("url", "public_https")


@pytest.mark.parametrize("address", FORBIDDEN_ADDRESSES)
def test_a_name_that_leads_to_a_forbidden_address_is_refused(address: str) -> None:
    for answer in ([address], ["1.1.1.1", address]):
        door = Outbound(resolve=lambda host, port, answer=answer: answer, dial=never_dialled)
        with pytest.raises(Refused):
            door.post("https://hooks.example.com/", b"", {})


@pytest.mark.parametrize(
    "name", ["localhost", "localhost.", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0"]
)
def test_other_spellings_of_this_machine_are_never_dialled(name: str) -> None:
    """Whatever the system's resolver makes of them."""
    with pytest.raises((Refused, InvalidInput, Failed)):
        Outbound(dial=never_dialled).post(f"https://{name}/", b"", {})


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)
    assert checked_url(written(address)).host == address


def test_the_local_stack_may_call_this_machine_but_no_neighbour() -> None:
    assert checked_url("http://127.0.0.1:8080/hook", local=True).port == 8080
    assert Outbound(local=True).addresses("127.0.0.1", 80) == ["127.0.0.1"]
    this_machine = {"127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"}
    for address in set(FORBIDDEN_ADDRESSES) - this_machine:
        with pytest.raises(Refused):
            Outbound(local=True, resolve=lambda *_, a=address: [a]).addresses("name", 80)


def test_a_name_that_changes_its_mind_is_called_where_it_was_checked() -> None:
    """A rebinding resolver: public when asked first, loopback from then on."""
    answers = iter([["93.184.215.14"], ["127.0.0.1"], ["127.0.0.1"]])
    asked, dialled = [], []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    def dial(address: str, port: int, timeout: float) -> Any:
        dialled.append(address)
        raise httpcore.ConnectError("nobody there")

    door = Outbound(resolve=resolve, dial=dial)
    with pytest.raises(Failed):
        door.post("https://rebind.example.com/", b"", {})
    assert asked == ["rebind.example.com"]
    assert dialled == ["93.184.215.14"]
    with pytest.raises(Refused):
        door.post("https://rebind.example.com/", b"", {})
    assert dialled == ["93.184.215.14"]


def test_the_next_address_is_tried_when_the_first_does_not_take_the_call() -> None:
    dialled = []

    def dial(address: str, port: int, timeout: float) -> Any:
        dialled.append(address)
        raise httpcore.ConnectTimeout("nobody there")

    door = Outbound(resolve=lambda *_: ["2606:4700:4700::1111", "1.1.1.1"], dial=dial)
    with pytest.raises(Failed):
        door.post("https://two.example.com/", b"", {})
    assert dialled == ["2606:4700:4700::1111", "1.1.1.1"]


def test_a_name_without_an_address_fails() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    with pytest.raises(Failed):
        Outbound(resolve=unknown).post("https://nowhere.example.com/", b"", {})
    with pytest.raises(Refused):
        Outbound(resolve=lambda *_: []).post("https://nowhere.example.com/", b"", {})


def test_the_system_resolver_answers_each_address_once() -> None:
    assert addresses_of("127.0.0.1", 443) == ["127.0.0.1"]


@contextmanager
def server(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A listener that hands its one caller to `talk`; answers its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept() -> None:
            caller, _ = listener.accept()
            with caller:
                talk(caller)

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            thread.join(timeout=300)


def request_of(caller: socket.socket) -> bytes:
    """The whole request: to close on unread bytes would reset the connection, answer and all."""
    request = b""
    while not is_whole(request):
        part = caller.recv(65_536)
        assert part, "the caller hung up in the middle of its request"
        request += part
    return request


def is_whole(request: bytes) -> bool:
    head, end, body = request.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head)
    return bool(end) and length is not None and len(body) >= int(length[1])


def test_a_redirect_is_an_answer_and_nothing_more() -> None:
    def talk(caller: socket.socket) -> None:
        request_of(caller)
        caller.sendall(
            b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"
        )

    with server(talk) as port:
        answer = Outbound(local=True).post(f"http://127.0.0.1:{port}/", b"{}", {})
    assert answer.status == 302
    assert answer.headers["location"] == "http://169.254.169.254/"


def test_a_longer_answer_is_cut() -> None:
    def talk(caller: socket.socket) -> None:
        request_of(caller)
        caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
        try:
            for _ in range(1_000):
                caller.sendall(b"x" * 100_000)
        except OSError:
            pass  # the caller has heard enough

    with server(talk) as port:
        answer = Outbound(local=True, at_most=5_000).post(f"http://127.0.0.1:{port}/", b"", {})
    assert answer.body == b"x" * 5_000


@pytest.mark.parametrize(
    "answer",
    [b"", b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"],
    ids=["silence", "header", "body"],
)
def test_one_deadline_holds_against_an_answer_that_drips(answer: bytes) -> None:
    """Every byte comes before any single read times out; the call ends all the same."""
    ended = threading.Event()

    def talk(caller: socket.socket) -> None:
        try:
            request_of(caller)
            caller.sendall(answer)
            while not ended.wait(0.02):
                caller.sendall(b"x" if answer else b"")
        except (OSError, AssertionError):
            return  # the caller has hung up, be it early

    with server(talk) as port:
        try:
            with pytest.raises(Failed):
                Outbound(local=True, seconds=0.3).post(f"http://127.0.0.1:{port}/", b"", {})
        finally:
            ended.set()


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-OpenSSH_9.6\r\n", b"HTTP/1.1 abc\r\n\r\n"])
def test_an_answer_that_is_not_http_fails(answer: bytes) -> None:
    def talk(caller: socket.socket) -> None:
        request_of(caller)
        caller.sendall(answer)

    with server(talk) as port, pytest.raises(Failed):
        Outbound(local=True).post(f"http://127.0.0.1:{port}/", b"", {})


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of hooks.example.com and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hooks.example.com")])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("hooks.example.com")]), False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "certificate.pem"
    path.write_bytes(
        signed.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@pytest.mark.parametrize(
    ("name", "trusted"), [("hooks.example.com", True), ("other.example.com", False)]
)
def test_tls_and_host_keep_the_name_though_the_address_is_dialled(
    certificate: Path, name: str, trusted: bool
) -> None:
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate)
    asked_for: list[str | None] = []
    serving.sni_callback = lambda _socket, wanted, _context: asked_for.append(wanted)
    heard: list[bytes] = []

    def talk(caller: socket.socket) -> None:
        try:
            with serving.wrap_socket(caller, server_side=True) as channel:
                heard.append(request_of(channel))
                channel.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
        except ssl.SSLError:
            pass  # the caller did not trust the certificate

    with server(talk) as port:
        door = Outbound(
            local=True,
            resolve=lambda *_: ["127.0.0.1"],
            tls=ssl.create_default_context(cafile=str(certificate)),
        )
        if trusted:
            assert door.post(f"https://{name}:{port}/in?a=1", b"{}", {}).status == 204
            assert heard[0].startswith(b"POST /in?a=1 HTTP/1.1\r\n")
            assert f"host: {name}:{port}\r\n".encode() in heard[0]
        else:
            with pytest.raises(Failed):
                door.post(f"https://{name}:{port}/", b"{}", {})
    assert asked_for == [name]
