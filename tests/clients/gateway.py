"""API Gateway on a local port: each HTTP request becomes one Lambda event, and back."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

from tests.integration.rest.harness import PREFIX, event, invoke


class Gateway(BaseHTTPRequestHandler):
    """One request at a time, as one Lambda container takes them."""

    def serve(self) -> None:
        length = int(self.headers.get("content-length", 0))
        body = self.rfile.read(length) if length else None
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = invoke(event(self.command, self.path.removeprefix(PREFIX), headers, body))
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        text = answer.text.encode()
        if answer.status not in (204, 304):
            self.send_header("content-length", str(len(text)))
        self.end_headers()
        if self.command != "HEAD" and answer.status not in (204, 304):
            self.wfile.write(text)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = serve

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing: the tests speak."""


@contextmanager
def gateway() -> Iterator[str]:
    """The data API behind HTTP. Answers its address."""
    server = HTTPServer(("127.0.0.1", 0), Gateway)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
