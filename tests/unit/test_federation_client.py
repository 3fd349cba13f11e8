"""What a project's instance makes of an office that misbehaves."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from bacasable.exchange.federation import Office, OfficeRefused


@contextmanager
def answering(raw: bytes) -> Iterator[str]:
    """Serve ``raw`` to whoever asks, on loopback; give the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.wfile.write(raw)

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    "raw",
    [
        b"not http at all\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
        b"HTTP/1.1 500 No\r\nContent-Length: 4\r\n\r\noops",
    ],
)
def test_an_answer_that_breaks_off_or_is_none_is_said_in_a_line(raw: bytes) -> None:
    with answering(raw) as url, pytest.raises(OfficeRefused) as refused:
        Office(url, "bsk_token").status()
    assert url in str(refused.value)


def test_the_words_of_an_office_cannot_drive_a_terminal() -> None:
    body = b'{"code": "late", "detail": "\\u001b[2J\\u0007too late"}'
    raw = b"HTTP/1.1 422 No\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    with answering(raw) as url, pytest.raises(OfficeRefused) as refused:
        Office(url, "bsk_token").status()
    assert str(refused.value).isprintable()
    assert refused.value.code == "late"
