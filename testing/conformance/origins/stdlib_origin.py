"""An origin on Python's http.server. PORT: prints each request it saw, whole, as JSON: [method, target, octets, SHA-1]."""
import hashlib, http.client, http.server, json, sys

http.client._MAXHEADERS = 10_000


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)

    def content(self):
        """As applications on this server read it: it leaves that to them."""
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            whole = b""
            while True:
                size = int(self.rfile.readline().split(b";")[0], 16)
                if size == 0:
                    while self.rfile.readline().strip():
                        pass
                    return whole
                data = self.rfile.read(size)
                if len(data) < size:
                    return None
                whole += data
                self.rfile.readline()
        length = int(self.headers.get("Content-Length", 0))
        data = self.rfile.read(length)
        return data if len(data) == length else None

    def answer(self):
        try:
            content = self.content()
        except ValueError:
            content = None
        if content is None:
            self.close_connection = True
            return
        target = self.requestline.split()[1]
        print(json.dumps([self.command, target, len(content), hashlib.sha1(content).hexdigest()]) + "\n", end="", flush=True)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 100


Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
