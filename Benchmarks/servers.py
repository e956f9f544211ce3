"""The servers that are measured, each on the processor it is told."""

import contextlib
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import time

SERVER_CORE = 0
LOAD_CORE = 1


def spawn(command, core, **options):
    """Starts a process on one processor (on any, for None), without a program in between that would cost time."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, allowed if core is None else {core})
    try:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, **options)
    finally:
        os.sched_setaffinity(0, allowed)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def seconds_used(pid):
    """Processor time of a process, all threads."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def core_busy(core):
    """Seconds that a processor has been busy, and its seconds in all."""
    with open("/proc/stat") as file:
        for line in file:
            if line.startswith(f"cpu{core} "):
                ticks = [int(part) for part in line.split()[1:9]]
                total = sum(ticks)
                return total - ticks[3] - ticks[4], total
    raise SystemExit(f"no processor {core}")


@contextlib.contextmanager
def awake():
    """Both processors never fall asleep: programs that give way to every other keep them busy. Waking a sleeping
    processor takes a virtual machine longer than a proxy needs, and through a proxy it happens four times."""
    spin = "import os\nos.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))\nwhile True: pass"
    spinners = [spawn([sys.executable, "-c", spin], core) for core in (SERVER_CORE, LOAD_CORE)]
    try:
        yield
    finally:
        for spinner in spinners:
            spinner.kill()
            spinner.wait()


class Server:
    """A running server. `pid` is the process that does the work."""

    def __init__(self, process, port):
        self.process = process
        self.port = port
        self.pid = process.pid

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def settle(self):
        """Waits until it does nothing any more: what it put off belongs to no other's round."""
        for _ in range(100):
            before = seconds_used(self.pid)
            time.sleep(0.1)
            if seconds_used(self.pid) - before < 0.02:
                return

    def memory(self):
        """Resident memory in bytes: now, and at its highest."""
        with open(f"/proc/{self.pid}/status") as file:
            text = file.read()
        return tuple(int(re.search(rf"{name}:\s+(\d+) kB", text)[1]) * 1024 for name in ("VmRSS", "VmHWM"))

    def stop(self):
        """Ends it, and gives the seconds that it took."""
        started = time.perf_counter()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        return time.perf_counter() - started


NGINX = """
{user}
worker_processes 1;
worker_rlimit_nofile {files};
daemon off;
pid {work}/nginx-{port}.pid;
error_log {work}/nginx-{port}.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  {copying}
  tcp_nodelay on;
  keepalive_timeout 600s;
  keepalive_requests 1000000000;
  default_type application/json;
  client_body_temp_path {work}/nginx-{port};
  proxy_temp_path {work}/nginx-{port};
  fastcgi_temp_path {work}/nginx-{port};
  uwsgi_temp_path {work}/nginx-{port};
  scgi_temp_path {work}/nginx-{port};
  {http}
  server {{
    listen 127.0.0.1:{port} backlog=1024 {listen};
    {server}
  }}
}}
"""

IS_ROOT = os.geteuid() == 0
# All files stay open, where the system lets a process have that many.
OPEN_FILES = min(200_000, resource.getrlimit(resource.RLIMIT_NOFILE)[1] - 2048)
FILES = f"open_file_cache max={OPEN_FILES} inactive=1h; open_file_cache_valid 1h; open_file_cache_min_uses 1;"

PROXY = """
location / {
  proxy_pass http://origin;
  proxy_http_version 1.1;
  proxy_set_header Connection "";
}
"""


# What Debian ships: sendfile with a cork around it.
SENDFILE = "sendfile on; tcp_nopush on;"
# For a file of 1 KB, reading it and one writev is the faster way, and faster still when it stays open.
READING = "sendfile off;"


def nginx(work, http, server, core=SERVER_CORE, copying=SENDFILE, listen=""):
    port = free_port()
    config = f"{work}/nginx-{port}.conf"
    with open(config, "w") as file:
        file.write(
            NGINX.format(
                work=work, port=port, http=http, server=server, copying=copying, listen=listen, files=OPEN_FILES + 2048,
                user="user root;" if IS_ROOT else ""))
    process = spawn(["nginx", "-e", "stderr", "-c", config], core)
    result = Server(process, port)
    wait_for(port, process)
    children = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True).stdout.split()
    result.pid = int(children[0])
    return result


def nginx_files(work, root, core=SERVER_CORE):
    """nginx as Debian ships it, with the documents under `root`, each at its path."""
    return nginx(work, "", f"root {root};", core)


def nginx_tuned(work, root, core=SERVER_CORE, own_files=True):
    """nginx at its fastest for small files: all stay open. Where `own_files` is false, one of them is served at every
    path, which it keeps open however many paths there are. Under /new/ it is that one at every path.
    """
    one = "try_files /v1/items/000000 =404;"
    location = f"location /new/ {{ {one} }} " + ("" if own_files else f"location /v1/ {{ {one} }}")
    return nginx(work, FILES, f"root {root}; {location}", core, READING)


def nginx_proxy(work, origin):
    upstream = f"upstream origin {{ server 127.0.0.1:{origin.port}; keepalive 64; keepalive_requests 1000000000; }}"
    return nginx(work, upstream, PROXY)


def redis(work, core=SERVER_CORE):
    port = free_port()
    process = spawn(
        ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", work],
        core, stdout=subprocess.DEVNULL)
    server = Server(process, port)
    wait_for(port, process)
    return server


HAPROXY = """
global
  nbthread 1
  maxconn 1000
defaults
  mode tcp
  timeout connect 5s
  timeout client 1h
  timeout server 1h
listen proxy
  bind 127.0.0.1:{port}
  server origin 127.0.0.1:{origin}
"""


def haproxy(work, origin):
    """haproxy in TCP mode, in front of the origin."""
    port = free_port()
    config = f"{work}/haproxy-{port}.cfg"
    with open(config, "w") as file:
        file.write(HAPROXY.format(port=port, origin=origin.port))
    process = spawn(["haproxy", "-db", "-q", "-f", config], SERVER_CORE, stdout=subprocess.DEVNULL)
    server = Server(process, port)
    wait_for(port, process)
    return server


def wait_for(port, process):
    for _ in range(2000):
        if process.poll() is not None:
            raise SystemExit(f"{process.args[0]} ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.01)
    raise SystemExit(f"{process.args[0]} does not listen")


class Mockrec:
    """Starts mockrec in a folder of its own, where its journal goes."""

    def __init__(self, binary, work):
        self.binary = binary
        self.folder = f"{work}/run"
        os.makedirs(self.folder, exist_ok=True)

    def command(self, mode, cassette, port, *more, wire="http"):
        return [
            self.binary, mode, "--wire", wire, "--cassette", cassette, "--listen", f"127.0.0.1:{port}", *more]

    def launch(self, mode, cassette, *more, core=SERVER_CORE, wire="http"):
        """Starts it and does not wait."""
        port = free_port()
        with open(f"{self.folder}/stdout", "w") as out, open(f"{self.folder}/stderr", "w") as err:
            process = spawn(
                self.command(mode, cassette, port, *more, wire=wire), core, stdout=out, stderr=err, cwd=self.folder)
        return Server(process, port)

    def start(self, mode, cassette, *more, wire="http"):
        server = self.launch(mode, cassette, *more, wire=wire)
        try:
            wait_for(server.port, server.process)
        except SystemExit:
            print(self.said())
            raise
        return server

    def serve(self, folder, service, words):
        """Starts a replay of one HTTP service as a mockrec.yaml in the folder has it."""
        port = free_port()
        with open(f"{folder}/mockrec.yaml", "w") as file:
            file.write(f"services:\n  {service}:\n    wire: http\n    listen: 127.0.0.1:{port}\n    {words}\n")
        with open(f"{self.folder}/stdout", "w") as out, open(f"{self.folder}/stderr", "w") as err:
            process = spawn([self.binary, "replay"], SERVER_CORE, stdout=out, stderr=err, cwd=folder)
        wait_for(port, process)
        return Server(process, port)

    def said(self):
        """What the last one printed."""
        return "".join(open(f"{self.folder}/{name}").read() for name in ("stdout", "stderr"))
