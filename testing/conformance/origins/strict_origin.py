"""The measure of the others: reads by RFC 9112 and repairs nothing. PORT: prints each request as JSON: [method, target,
octets of content, their SHA-1]; what breaks the grammar has the method "UNSOUND"."""
import hashlib, json, re, socketserver, sys

TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
LINE = re.compile(TOKEN + rb" [!-~]+ HTTP/1\.1")
FIELD = re.compile(rb"(" + TOKEN + rb"):[ \t]*([\t -~\x80-\xff]*)")


class Cut(Exception):
    pass


class Unsound(Exception):
    pass


class Handler(socketserver.StreamRequestHandler):
    def line(self):
        line = self.rfile.readline(1 << 20)
        if line.startswith(b"\x16\x03"):
            raise Cut()  # the hello of TLS, as https asks for it
        if not line.endswith(b"\n"):
            raise Cut()
        if not line.endswith(b"\r\n") or b"\r" in line[:-2]:
            raise Unsound()
        return line[:-2]

    def octets(self, count):
        data = self.rfile.read(count)
        if len(data) < count:
            raise Cut()
        return data

    def fields(self):
        found = []
        while True:
            line = self.line()
            if not line:
                return found
            field = FIELD.fullmatch(line)
            if not field:
                raise Unsound()
            found.append((field[1].lower(), field[2].strip(b" \t")))

    def content(self, fields):
        lengths = [value for name, value in fields if name == b"content-length"]
        codings = [value for name, value in fields if name == b"transfer-encoding"]
        if len(lengths) + len(codings) > 1 or len([1 for name, _ in fields if name == b"host"]) != 1:
            raise Unsound()
        if lengths:
            if not re.fullmatch(rb"0|[1-9][0-9]{0,17}", lengths[0]):
                raise Unsound()
            return self.octets(int(lengths[0]))
        if not codings:
            return b""
        if codings[0] != b"chunked":
            raise Unsound()
        whole = b""
        while True:
            size = self.line()
            if not re.fullmatch(rb"[0-9a-f]{1,8}", size):
                raise Unsound()
            if int(size, 16) == 0:
                self.fields()
                return whole
            whole += self.octets(int(size, 16))
            if self.line():
                raise Unsound()

    def handle(self):
        try:
            while True:
                line = self.line()
                if not LINE.fullmatch(line):
                    raise Unsound()
                content = self.content(self.fields())
                method, target, _ = line.decode("latin-1").split(" ")
                print(json.dumps([method, target, len(content), hashlib.sha1(content).hexdigest()]) + "\n", end="", flush=True)
                self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nCache-Control: no-store\r\n\r\n")
        except (Cut, OSError):
            pass
        except Unsound:
            print(json.dumps(["UNSOUND", "", 0, ""]) + "\n", end="", flush=True)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    request_queue_size = 100


Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
