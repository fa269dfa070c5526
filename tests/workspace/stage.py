"""The real programs on a stage: a hub, people with folders and editors, and somebody who speaks the protocol by hand."""
import base64
import errno
import hashlib
import json
import os
import resource
import signal
import socket
import struct
import subprocess
import threading
import time
import urllib.error
import urllib.request
import uuid

PATIENCE = 60


def eventually(condition, what, tell=lambda: ''):
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f'{what} did not happen. {tell()}')
        time.sleep(0.02)


def read(path):
    try:
        with open(path, 'rb') as file:
            return file.read().decode(errors='replace')
    except FileNotFoundError:
        return None


def write(path, text, mode='w'):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, mode) as file:
        file.write(text)


class Running:
    """A program whose words are gathered. Its pipes are no files, so a full disk does not silence it."""

    def __init__(self, words, env):
        # Signals stay ignored over the start: a file-size limit shall be an error to the program, not its end.
        self.process = subprocess.Popen(words, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, restore_signals=False)
        self.out, self.err = [], []
        self.readers = [threading.Thread(target=self.gather, args=pair, daemon=True)
                        for pair in ((self.process.stdout, self.out), (self.process.stderr, self.err))]
        for reader in self.readers:
            reader.start()

    @staticmethod
    def gather(pipe, into):
        for line in pipe:
            into.append(line.decode(errors='replace'))

    def said(self):
        return ''.join(self.out + self.err)

    def line(self):
        eventually(lambda: self.out or self.process.poll() is not None, 'the first line', self.said)
        assert self.out, self.said()
        return self.out[0].strip()

    def end(self, how=None):
        if how is not None:
            self.process.send_signal(how)
        code = self.process.wait(PATIENCE)
        for reader in self.readers:
            reader.join()
        return code


class House:
    """A hub and all that is around it, in one folder."""

    def __init__(self, tutti, hub, home, data=None):
        self.tutti_program, self.hub_program, self.home = tutti, hub, home
        self.data = data or home + '/hub'
        self.running = []
        self.listen = '127.0.0.1:0'
        self.start_hub()

    def env(self, **more):
        return {'HOME': self.home, 'XDG_DATA_HOME': self.home + '/data', 'XDG_CONFIG_HOME': self.home + '/config',
                'PATH': '/usr/bin:/bin', **more}

    def start_hub(self):
        self.hub = Running([self.hub_program, 'serve', '--listen', self.listen, '--data', self.data], self.env())
        self.url = json.loads(self.hub.line())['url']
        self.listen = self.url.split('//')[1]

    def owner(self):
        return {'TUTTI_HUB': self.url, 'TUTTI_TOKEN': read(self.data + '/owner.token').strip()}

    def start(self, *words, **more):
        program = Running([self.tutti_program, *words], self.env(**more))
        self.running.append(program)
        return program

    def run(self, *words, **more):
        """(exit code, everything that it said)"""
        program = Running([self.tutti_program, *words], self.env(**more))
        return program.end(), program.said()

    def share(self, folder, *words):
        program = self.start('share', folder, *words, **self.owner())
        return program, program.line()

    def link(self, folder, *words):
        """Another link into the same session."""
        program, link = self.share(folder, *words)
        assert program.end(signal.SIGTERM) == 0, program.said()
        return link

    def rest(self, method, path, body=None, token=None):
        request = urllib.request.Request(self.url + path, method=method)
        if token:
            request.add_header('authorization', 'Bearer ' + token)
        data = json.dumps(body).encode() if body is not None else None
        try:
            with urllib.request.urlopen(request, data, PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as answer:
            return answer.code, answer.read().decode()

    def close(self):
        for program in [*self.running, self.hub]:
            if program.process.poll() is None:
                program.process.kill()
                program.process.wait()


class Participant:
    """One WebSocket and what a participant says on it, right or wrong."""

    def __init__(self, house, link, protocol=1, hello=True):
        path, self.secret = link.split('#')
        self.session = path.rsplit('/', 1)[1]
        status, answer = house.rest('POST', f'/api/v1/collaboration/sessions/{self.session}/join',
                                    {'secret': self.secret, 'name': 'By hand'})
        assert status == 200, answer
        host, port = house.listen.split(':')
        self.socket = socket.create_connection((host, int(port)), PATIENCE)
        self.request = 0
        self.shake_hands(house.listen)
        if not hello:
            return
        self.say({'type': 'hello', 'protocol': protocol, 'features': [], 'token': json.loads(answer)['ticket'],
                  'client': 'by hand'})
        if protocol == 1:
            self.welcome = self.hear('welcome')

    def shake_hands(self, host):
        head = (f'GET /api/v1/collaboration/ws/{self.session} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\n'
                f'Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}'
                '\r\n\r\n')
        self.socket.sendall(head.encode())
        answer = b''
        while not answer.endswith(b'\r\n\r\n'):
            answer += self.socket.recv(1)
        assert b' 101 ' in answer, answer

    def say(self, message):
        body = json.dumps(message).encode() if not isinstance(message, bytes) else message
        size = len(body)
        head = bytes([0x81, 0x80 | size]) if size < 126 else bytes([0x81, 0x80 | 126]) + struct.pack('>H', size) \
            if size < 65536 else bytes([0x81, 0x80 | 127]) + struct.pack('>Q', size)
        try:
            self.socket.sendall(head + b'\0\0\0\0' + body)  # a mask of zeros leaves the bytes as they are
        except OSError:
            pass  # the hub did not wait for the end of it

    def ask(self, message):
        self.request += 1
        self.say({**message, 'request': self.request})

    def take(self, size):
        data = b''
        while len(data) < size:
            piece = self.socket.recv(size - len(data))
            if not piece:
                raise EOFError
            data += piece
        return data

    def frame(self):
        """The next message, or the close as {'type': 'close', 'code': …}."""
        first, size = self.take(2)
        if size == 126:
            size = struct.unpack('>H', self.take(2))[0]
        elif size == 127:
            size = struct.unpack('>Q', self.take(8))[0]
        body = self.take(size)
        if first & 15 == 8:
            return {'type': 'close', 'code': struct.unpack('>H', body[:2])[0]}
        return json.loads(body) if first & 15 == 1 else {'type': 'bytes'}

    def hear(self, *types):
        while True:
            message = self.frame()
            if message['type'] in types:
                return message

    def create(self, path):
        self.ask({'type': 'file:create', 'document': str(uuid.uuid4()), 'path': path,
                  'traits': {'eol': 'lf', 'bom': False, 'executable': False}})
        return self.hear('received', 'reject', 'close')


class OtherHub:
    """A hub of a protocol that is not spoken here: it lets everybody in, and sends them away at hello."""

    def __init__(self):
        self.server = socket.create_server(('127.0.0.1', 0))
        self.url = 'http://127.0.0.1:%d' % self.server.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            client, _ = self.server.accept()
            threading.Thread(target=self.answer, args=(client,), daemon=True).start()

    def answer(self, client):
        with client, client.makefile('rb') as lines:
            method = lines.readline().decode().split(' ')[0]
            headers = {}
            while (line := lines.readline().decode().strip()):
                name, value = line.split(':', 1)
                headers[name.lower()] = value.strip()
            if method == 'POST':
                lines.read(int(headers['content-length']))
                body = json.dumps({'session': str(uuid.uuid4()), 'name': 'other', 'participant': str(uuid.uuid4()),
                                   'participant_name': 'X', 'role': 'editor', 'token': 'tutti_p_x', 'ticket': 'tutti_t_x'})
                client.sendall(f'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n{body}'.encode())
                return
            key = headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
            accept = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()
            client.sendall(f'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: {accept}\r\n\r\n'.encode())
            lines.read(2)  # the hello begins
            words = 'This hub speaks version 9 of the protocol, and you speak version 1.'
            error = json.dumps({'type': 'error', 'code': 'version', 'message': words, 'fatal': True}).encode()
            client.sendall(bytes([0x81, 126]) + struct.pack('>H', len(error)) + error)
            client.sendall(bytes([0x88, 2]) + struct.pack('>H', 4406))
            lines.read()


class SmallDisk:
    """A folder whose disk can be filled: one of its own in memory where this may be mounted, else a limit for a process."""

    def __init__(self, folder, size='16m'):
        self.folder, self.pid, self.mounted = folder, None, False
        os.makedirs(folder, exist_ok=True)
        if os.geteuid() == 0:
            done = subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=' + size, 'tmpfs', folder], stderr=subprocess.DEVNULL,
                                  check=False)
            self.mounted = done.returncode == 0

    def fill(self, process):
        if not self.mounted:
            self.pid = process.pid
            self.hard = resource.prlimit(self.pid, resource.RLIMIT_FSIZE)[1]
            resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (1, self.hard))
            return
        with open(self.folder + '/.filler', 'wb', buffering=0) as file:
            try:
                while True:
                    file.write(b'x' * 4096)
            except OSError as full:
                assert full.errno == errno.ENOSPC, full

    def empty(self):
        if self.mounted:
            os.unlink(self.folder + '/.filler')
        else:
            resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (self.hard, self.hard))

    def close(self):
        if self.mounted:
            subprocess.run(['umount', '-l', self.folder], check=False)
