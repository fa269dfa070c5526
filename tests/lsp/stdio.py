"""What every test needs that talks to real programs: `tutti lsp` on a pipe, a hub on loopback, a home of its own."""
import json
import os
import queue
import subprocess
import threading
import time


class Lsp:
    """A `tutti lsp`; what it says stands in `inbox` with the time it came, and None behind the last."""

    def __init__(self, tutti, env):
        self.process = subprocess.Popen([tutti, 'lsp'], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, env=env)
        self.inbox = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        out = self.process.stdout
        while True:
            length = 0
            while (line := out.readline()) != b'\r\n':
                if not line:
                    return self.inbox.put((None, time.perf_counter()))
                if line.lower().startswith(b'content-length:'):
                    length = int(line.split(b':')[1])
            self.inbox.put((json.loads(out.read(length)), time.perf_counter()))

    def write(self, data):
        try:
            self.process.stdin.write(data)
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # it has ended; whoever cares asks for its exit code

    def body(self, body):
        self.write(b'Content-Length: %d\r\n\r\n' % len(body) + body)

    def send(self, message):
        self.body(json.dumps({'jsonrpc': '2.0', **message}).encode())


def home_of(home, program):
    """An environment in which nothing of this machine's person is seen."""
    return {**os.environ, 'HOME': home, 'XDG_CONFIG_HOME': home + '/config', 'XDG_DATA_HOME': home + '/data',
            'PATH': os.path.dirname(program) + ':' + os.environ['PATH']}


def add_user(program, data, env):
    """A new person's token."""
    return subprocess.run([program, 'user', 'add', 'ann', '--data', data], capture_output=True, text=True, check=True,
                          env=env).stdout.strip()


def start_hub(program, data, env):
    """The process and its URL."""
    hub = subprocess.Popen([program, 'serve', '--listen', '127.0.0.1:0', '--data', data], stdout=subprocess.PIPE,
                           stderr=subprocess.DEVNULL, env=env)
    return hub, json.loads(hub.stdout.readline())['url']
