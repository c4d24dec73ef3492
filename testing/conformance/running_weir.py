"""A ./weir of its own for one of the commands beside this file: free ports, temporary state, ended with whatever else it started."""
import os, random, shutil, signal, socket, subprocess, sys, tempfile, time, urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PORTS = range(20000, 30000)


def free_port(taken=set()):
    """Free now, and not given to anybody else of this run."""
    first = random.randrange(len(PORTS))
    for i in range(len(PORTS)):
        port = PORTS[(first + i) % len(PORTS)]
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in taken:
            taken.add(port)
            return port
    raise SystemExit(f"no free port in {PORTS.start}-{PORTS.stop}")


def program(path):
    """The absolute path of a program that was named on the command line."""
    found = shutil.which(path)
    if not found:
        print(f"{os.path.basename(sys.argv[0])}: {path} is no program", file=sys.stderr)
        raise SystemExit(2)
    return os.path.abspath(found)


class Running:
    """What one run starts, in a temporary directory: used by `with`, gone afterwards."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="weir-conformance-")
        self.processes = []

    def __enter__(self):
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        return self

    def __exit__(self, *_):
        for process, log in reversed(self.processes):
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
            log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def start(self, name, command, ready):
        """Starts a process and waits until it is ready; if it ends before, or never is, so does this run."""
        log = open(self.path(name + ".log"), "w+")
        process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=self.folder)
        self.processes.append((process, log))
        end = time.monotonic() + 300  # it may have to be built first
        while not ready():
            if process.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"{name} did not start\n" + self.said(name))
            time.sleep(0.1)

    def said(self, name):
        with open(self.path(name + ".log"), errors="replace") as log:
            return log.read()[-8000:]

    def certificate(self):
        """Made now, for 127.0.0.1: the files of certificate and key."""
        certificate, key = self.path("certificate.pem"), self.path("key.pem")
        made = subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
             "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
            capture_output=True, text=True)
        if made.returncode != 0:
            raise SystemExit("openssl: " + made.stderr)
        return certificate, key

    def sample_origin(self):
        """Weir's own sample origin: its port."""
        port = free_port()
        self.start("origin", [os.path.join(ROOT, "weir"), "sample-origin", "--listen", f"127.0.0.1:{port}"],
                   lambda: answers(port))
        return port

    def weir(self, configuration):
        """The all-in-one, ready."""
        admin = free_port()
        with open(self.path("weir.yaml"), "w") as f:
            f.write(configuration + f'\nadmin: {{ address: "127.0.0.1:{admin}" }}\ndrain: 2s\n')
        self.start("weir", [os.path.join(ROOT, "weir"), "run", "--config", self.path("weir.yaml"),
                            "--state", self.path("state")], lambda: is_ready(admin))


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
        return True
    except OSError:
        return False


def is_ready(admin):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{admin}/readyz", timeout=5):
            return True
    except OSError:
        return False
