"""A collector of traces that keeps what it gets: spans of other processes, as they arrive."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from typing_extensions import override

from runtime.embedded.ports import LOOPBACK, free_port


@dataclass
class Collector:
    """`spans` grow while it runs."""

    address: str
    spans: list[Span] = field(default_factory=list)

    def named(self, name: str) -> list[Span]:
        return [span for span in self.spans if span.name == name]

    def connected(self, first: Span) -> set[str]:
        """Return the names of all spans that one can walk to, along parents and links."""
        found, ids = set[str](), {first.span_id}
        known = 0
        while known != len(ids):
            known = len(ids)
            for span in self.spans:
                near = {span.parent_span_id, *(link.span_id for link in span.links)} - {b""}
                if span.span_id in ids or near & ids:
                    found.add(span.name)
                    ids |= {span.span_id, *near}
        return found


@contextmanager
def collecting() -> Iterator[Collector]:
    """Take spans by OTLP over HTTP, as protobuf."""
    port = free_port()
    collector = Collector(f"http://{LOOPBACK}:{port}")

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            request = ExportTraceServiceRequest.FromString(body)
            for resource in request.resource_spans:
                for scope in resource.scope_spans:
                    collector.spans.extend(scope.spans)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Write no line for each request."""

    server = ThreadingHTTPServer((LOOPBACK, port), Taking)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield collector
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
