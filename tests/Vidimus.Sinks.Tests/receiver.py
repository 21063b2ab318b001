"""A receiver of webhooks that knows nothing of our code: it verifies each post as the Standard Webhooks specification says and prints a line of JSON for it.

Arguments: the key's text (whsec_...), and a port when not any will do. Prints its port first. The path says how it answers.
"""
import base64, hashlib, hmac, json, sys, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

key = base64.b64decode(sys.argv[1].removeprefix("whsec_"))
counts = {}
lock = threading.Lock()


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        event, stamp = self.headers["webhook-id"], self.headers["webhook-timestamp"]
        expected = base64.b64encode(hmac.new(key, f"{event}.{stamp}.".encode() + body, hashlib.sha256).digest()).decode()
        signed = any(hmac.compare_digest(s, "v1," + expected) for s in self.headers["webhook-signature"].split(" "))
        fresh = abs(time.time() - int(stamp)) < 300
        with lock:
            n = counts[self.path] = counts.get(self.path, 0) + 1
            status = {"/fail": 500, "/refuse": 400, "/redirect": 302, "/gone": 404}.get(self.path, 204)
            if self.path == "/flaky" and n % 3 == 0:
                status = 503
            print(json.dumps({"path": self.path, "id": event, "status": status, "valid": signed and fresh, "body": json.loads(body)}), flush=True)
        if self.path == "/slow":
            time.sleep(30)
        self.send_response(status)
        if status == 302:
            self.send_header("location", "/ok")
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2]) if len(sys.argv) > 2 else 0), Receiver)
print(server.server_port, flush=True)
server.serve_forever()
