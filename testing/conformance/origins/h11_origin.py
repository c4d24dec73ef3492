"""An origin on h11. PORT: prints each request it saw, whole, as JSON: [method, target, octets of content, their SHA-1]."""
import hashlib, json, socketserver, sys

import h11


class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=1 << 20)
        request, digest, length = None, None, 0
        try:
            while True:
                event = connection.next_event()
                if event is h11.NEED_DATA:
                    if connection.they_are_waiting_for_100_continue:
                        self.request.sendall(connection.send(h11.InformationalResponse(status_code=100, headers=[])))
                    connection.receive_data(self.request.recv(65536))
                elif isinstance(event, h11.Request):
                    request, digest, length = event, hashlib.sha1(), 0
                elif isinstance(event, h11.Data):
                    digest.update(event.data)
                    length += len(event.data)
                elif isinstance(event, h11.EndOfMessage):
                    seen = [request.method.decode("latin-1"), request.target.decode("latin-1"), length, digest.hexdigest()]
                    print(json.dumps(seen) + "\n", end="", flush=True)
                    head = h11.Response(status_code=200, headers=[("Content-Length", "0"), ("Cache-Control", "no-store")])
                    self.request.sendall(connection.send(head) + connection.send(h11.EndOfMessage()))
                    if connection.our_state is h11.MUST_CLOSE:
                        return
                    connection.start_next_cycle()
                else:
                    return
        except h11.RemoteProtocolError:
            self.request.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        except OSError:
            pass


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    request_queue_size = 100


Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
