"""What checks over http talk to: http://127.0.0.1:8042/N answers with N letters x."""

import http.server
import threading

PORT = 8042


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        count = int(self.path.strip("/") or 0)
        self.send_response(200)
        self.send_header("Content-Length", str(count))
        self.end_headers()
        try:
            self.wfile.write(b"x" * count)
        except OSError:
            pass  # who asked has gone

    def log_message(self, *_):
        pass


def serve():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
