#!/usr/bin/env python3
"""Bad input, with the real programs: each ends in a plain message at the person who caused it, and nothing else changes.

usage: bad_input.py TUTTI HUB [CASE…]

After every case a line that Ann writes must reach Ben, and everything that anybody wrote before must still be there.
"""
import json
import os
import shutil
import signal
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lsp'))
from stage import House, OtherHub, Participant, SmallDisk, eventually, read, write  # noqa: E402
from two_editors import Editor  # noqa: E402

DONE, FAILED, USAGE, NO_PERMISSION, NO_CONNECTION = range(5)
MIB = 1024 * 1024
CASES = []


def case(function):
    CASES.append(function)
    return function


class Scene:
    """Ann shares a folder, Ben has it; both folders are kept in step by running programs."""

    def __init__(self, house):
        self.house, self.home = house, house.home
        self.a, self.b = self.home + '/a', self.home + '/b'
        self.written = 'one\n'
        self.fill_folder()
        self.sharing, self.link = house.share(self.a)
        self.joining = house.start('join', self.link, self.b, '--as', 'Ben')
        self.goes_on('the beginning')

    def fill_folder(self):
        write(self.a + '/f.txt', self.written)
        write(self.a + '/.git/config', 'private\n')
        write(self.a + '/.env', 'SECRET=1\n')
        write(self.a + '/.gitignore', 'ignored.log\n')
        write(self.a + '/ignored.log', 'noise\n')
        write(self.a + '/binary', 'a\0b')
        write(self.home + '/outside.txt', 'outside\n')
        os.symlink('/etc/passwd', self.a + '/link.txt')
        os.symlink(self.home, self.a + '/up')
        write(self.a + '/big.txt', ('x' * 1023 + '\n') * (100 * 1024))
        write(self.a + '/large.txt', ('x' * 1023 + '\n') * (17 * 1024))

    def goes_on(self, after):
        self.written += f'after {after}\n'
        write(self.a + '/f.txt', f'after {after}\n', 'a')
        eventually(lambda: read(self.b + '/f.txt') == self.written, f'going on after {after}',
                   lambda: self.sharing.said() + self.joining.said() + ''.join(self.house.hub.err[-5:]))
        assert read(self.a + '/f.txt') == self.written
        assert self.house.rest('GET', '/healthz') == (200, 'ok\n')
        for running in (self.sharing, self.joining, self.house.hub):
            assert running.process.poll() is None, running.said()
        assert sorted(os.listdir(self.b)) == ['.gitignore', '.tutti', 'f.txt'], os.listdir(self.b)


def fails(scene, code, said, *words, **more):
    got, words_of = scene.house.run(*words, **more)
    assert got == code, (words, got, words_of)
    assert said in words_of, (words, words_of)
    assert words_of.count('\n') <= 4, words_of


# ---- links and tokens


@case
def wrong_links(scene):
    link, x = scene.link, scene.home + '/x'
    head, secret = link.split('#')
    session = head.rsplit('/', 1)[1]
    for code, said, bad in (
            (NO_PERMISSION, 'This link is not valid', link.replace(session, '00000000-0000-4000-8000-000000000000')),
            (NO_PERMISSION, 'This link is not valid', head + '#' + secret[:-4] + 'AAAA'),
            (NO_PERMISSION, 'This link is not valid', head + '#x'),
            (USAGE, 'not a link', 'nonsense'),
            (USAGE, 'behind #', head),
            (NO_CONNECTION, 'no connection to the hub at 127.0.0.1:1', link.replace(scene.house.url, 'http://127.0.0.1:1')),
            (NO_CONNECTION, 'host not found', link.replace(scene.house.url, 'http://nowhere.invalid')),
    ):
        fails(scene, code, said, 'join', bad, x)
        assert not os.path.exists(x), bad


@case
def wrong_token(scene):
    folder = scene.home + '/mine'
    os.makedirs(folder)
    for words in (['share', folder], ['sessions']):
        fails(scene, NO_PERMISSION, 'does not accept your token', *words, TUTTI_HUB=scene.house.url, TUTTI_TOKEN='tutti_u_wrong')
        fails(scene, NO_PERMISSION, 'token', *words, TUTTI_HUB=scene.house.url)
    assert os.listdir(folder) == []


@case
def everything(scene):
    for folder in (scene.home, '/'):
        fails(scene, USAGE, 'is not shared as a whole', 'share', folder, **scene.house.owner())
    assert '.tutti' not in os.listdir(scene.home)


@case
def guessed_password(scene):
    link = scene.house.link(scene.a, '--password', 'swordfish')
    for _ in range(10):
        fails(scene, NO_PERMISSION, 'not valid', 'join', link, scene.home + '/x', '--password', 'sword')
    fails(scene, FAILED, 'Try again in 2 minutes', 'join', link, scene.home + '/x', '--password', 'swordfish')


@case
def taken_out(scene):
    """Who is removed is told so, by the program that keeps their folder."""
    house = scene.house
    cas = house.start('join', scene.link, scene.home + '/c', '--as', 'Cas')
    eventually(lambda: read(scene.home + '/c/f.txt') == scene.written, "Cas's file", cas.said)
    link = json.loads(read(scene.home + '/c/.tutti/session.json'))
    token = json.loads(read(scene.a + '/.tutti/session.json'))['token']
    path = f"/api/v1/collaboration/sessions/{link['session']}/participants/{link['participant']}"
    assert house.rest('DELETE', path, token=token)[0] == 204
    assert cas.end() == NO_PERMISSION
    assert 'You were removed from this session' in cas.said() or 'taken out' in cas.said(), cas.said()
    assert read(scene.home + '/c/f.txt') == scene.written
    fails(scene, NO_PERMISSION, 'not valid for this session', 'sync', scene.home + '/c')


# ---- who may only look


@case
def viewer(scene):
    house, folder = scene.house, scene.home + '/v'
    link = house.link(scene.a, '--role', 'viewer')
    kept = house.start('join', link, folder, '--as', 'Vic')
    eventually(lambda: read(folder + '/f.txt') == scene.written, 'the file', kept.said)
    write(folder + '/f.txt', 'mine\n')
    write(folder + '/new.txt', 'new\n')
    eventually(lambda: read(folder + '/f.txt.mine') == 'mine\n' and read(folder + '/f.txt') == scene.written, 'mine', kept.said)
    eventually(lambda: 'Your text of f.txt was kept as f.txt.mine: you may look at this session, but not change it' in kept.said()
               and 'new files stay on this disk' in kept.said(), 'the message', kept.said)
    assert kept.end(signal.SIGTERM) == 0

    editor = Editor(house.tutti_program, folder, house.env())
    editor.open('f.txt', scene.written)
    editor.until(lambda: editor.state() == 'synced', 'synced')
    editor.type(0, 'mine ')
    hears(editor, 'taken back')
    editor.until(lambda: editor.text == scene.written, 'the shared text')
    editor.quit()

    by_hand = Participant(house, link)
    assert by_hand.create('v.txt')['type'] == 'reject'


# ---- paths


@case
def paths_by_hand(scene):
    """What no program of ours would send."""
    writer = Participant(scene.house, scene.link)
    for path in ('../out.txt', 'a/../../out.txt', '/etc/out.txt', './out.txt', 'a//b', '', 'a/', 'x' * 1024, 'a\\b', 'nul\0l',
                 'line\nbreak', '.git/config', 'sub/.git/hooks/pre-commit', '.GIT/config', '.env', 'id_rsa', '.tutti/session.json'):
        answer = writer.create(path)
        if answer['type'] == 'close':  # the frame itself breaks the schema; whoever sent it is told and comes again
            assert answer['code'] == 4400, (path, answer)
            writer = Participant(scene.house, scene.link)
            continue
        assert answer['type'] == 'reject', (path, answer)
        assert answer['code'] in ('invalid', 'denied'), (path, answer)
        assert len(answer['message']) > 20, (path, answer)
    assert not os.path.exists(scene.home + '/out.txt')


def hears(editor, words):
    def heard():
        return [n['params']['message'] for n in editor.notes if n['method'] == 'window/showMessage' and words in n['params']['message']]
    editor.until(heard, words)
    return heard()


@case
def files_that_stay_private(scene):
    """Opened and edited in an editor: a message that names the file and the reason, and the file stays local."""
    texts = {name: read(f'{scene.a}/{name}') for name in ('big.txt', 'large.txt')}
    editor = Editor(scene.house.tutti_program, scene.a, scene.house.env())
    for name, words in (
            ('big.txt', 'larger than 64 MiB'),
            ('large.txt', 'large.txt is larger than 16 MiB'),
            ('link.txt', 'link.txt is not an ordinary file'),
            ('up/outside.txt', 'up/outside.txt'),
            ('../outside.txt', "../outside.txt: A path may not hold '.' or '..'"),
            ('.git/config', '.git/config is never shared'),
            ('.env', '.env is never shared'),
            ('ignored.log', 'ignored.log is left out by .gitignore'),
            ('binary', 'binary is not a text'),
    ):
        editor.open(name, texts.get(name, 'x\n'))
        message = hears(editor, words)
        assert len(message) == 1, message
        editor.type(0, 'y')
        assert editor.state() != 'synced'
        editor.tell('textDocument/didClose', {'textDocument': {'uri': editor.uri}})
    editor.open('f.txt', scene.written)
    editor.until(lambda: editor.state() == 'synced', 'f.txt')
    editor.quit()
    assert read(scene.home + '/outside.txt') == 'outside\n'


@case
def what_share_leaves_out(scene):
    said = scene.sharing.said()
    assert 'big.txt is larger than 16 MiB and is not shared.' in said, said
    assert 'Not shared: 1 binary, 2 too large, 1 with secrets or of version control, 2 links or special files.' in said, said
    token = json.loads(read(scene.a + '/.tutti/session.json'))
    files = scene.house.rest('GET', f"/api/v1/collaboration/sessions/{token['session']}/files", token=token['token'])[1]
    assert sorted(f['path'] for f in json.loads(files)['files']) == ['.gitignore', 'f.txt'], files


# ---- frames and versions


@case
def frames_by_hand(scene):
    for frame in (b'{', b'[]', b'{"type":"nonsense"}', b'{"type":"file:edit"}', b'\xff\xfe'):
        writer = Participant(scene.house, scene.link)
        writer.say(frame)
        assert writer.hear('close')['code'] in (4400, 1007), frame
    writer = Participant(scene.house, scene.link)
    writer.say(b'{"type":"ping","x":"' + b'x' * (100 * MIB))
    try:
        assert writer.hear('close')['code'] == 1009
    except OSError:
        pass  # cut off while it was still sending


@case
def too_fast(scene):
    """A program in a loop: told to slow down, and cut off when it does not listen. Nobody else notices."""
    writer = Participant(scene.house, scene.link)
    text = b'{"type":"ping","token":1,"reply":true}'
    head = bytes([0x81, 0x80 | len(text)]) + b'\0\0\0\0'
    eventually(lambda: writer.answered() or writer.socket.sendall((head + text) * 5000), 'the end')
    error = writer.hear('error')
    assert error['code'] == 'limit' and 'more messages than the hub takes' in error['message'], error
    assert writer.hear('close')['code'] == 4429


@case
def other_version(scene):
    guest = Participant(scene.house, scene.link, protocol=99)
    error = guest.hear('error')
    assert error['code'] == 'version' and 'Install the same release on both sides' in error['message'], error
    assert guest.hear('close')['code'] == 4406
    other = OtherHub()
    link = other.url + scene.link[len(scene.house.url):]
    fails(scene, FAILED, 'speaks version 9 of the protocol', 'join', link, scene.home + '/o', '--once')


# ---- full disks


@case
def full_disk_of_a_participant(scene):
    house, folder = scene.house, scene.home + '/small'
    disk = SmallDisk(folder)
    try:
        kept = house.start('join', scene.link, folder + '/d', '--as', 'Dee')
        eventually(lambda: read(folder + '/d/f.txt') == scene.written, 'the file', kept.said)
        eventually(lambda: 'synced' in house.run('status', folder + '/d')[1], 'the state', kept.said)
        disk.fill(kept.process)
        scene.goes_on('a full disk elsewhere')
        eventually(lambda: 'cannot write f.txt: the disk is full' in kept.said() or not disk.mounted, 'the message', kept.said)
        eventually(lambda: 'is the disk full?' in house.run('status', folder + '/d')[1] or not disk.mounted, 'the state', kept.said)
        disk.empty()
        eventually(lambda: read(folder + '/d/f.txt') == scene.written, 'writing it after all', kept.said)
        eventually(lambda: 'synced' in house.run('status', folder + '/d')[1], 'the state', kept.said)
        assert kept.end(signal.SIGTERM) == 0
    finally:
        disk.close()


@case
def full_disk_of_the_hub(scene):
    home = scene.home + '/elsewhere'
    disk = SmallDisk(home + '/disk')
    house = House(scene.house.tutti_program, scene.house.hub_program, home, home + '/disk/hub')
    editors = []
    try:
        write(home + '/a/f.txt', 'one\n')
        sharing, link = house.share(home + '/a')
        joining = house.start('join', link, home + '/b', '--as', 'Ben')
        eventually(lambda: read(home + '/b/f.txt') == 'one\n', 'the file', joining.said)
        editor = Editor(house.tutti_program, home + '/a', house.env())
        editors.append(editor)
        editor.open('f.txt', 'one\n')
        editor.until(lambda: editor.state() == 'synced', 'synced')
        disk.fill(house.hub.process)
        typed = 0
        while not not_saved(editor) and typed < 5_000:
            typed += 1
            editor.type(0, 'x')
            editor.until(editor.inbox.empty, 'silence')
        editor.until(lambda: not_saved(editor), 'not saved')
        assert editor.state() == 'unsaved' and last_status(editor)['pending'] > 0, last_status(editor)
        eventually(lambda: read(home + '/b/f.txt') == editor.text, 'typing that goes on', joining.said)
        eventually(lambda: 'Not saved: ' in house.run('status', home + '/a')[1], 'the state', sharing.said)
        assert 'synced' not in house.run('status', home + '/a')[1]
        disk.empty()
        editor.until(lambda: editor.state() == 'synced', 'saving after all')
        assert not not_saved(editor), last_status(editor)
        house.hub.process.kill()
        house.hub.end()
        house.start_hub()
        token = json.loads(read(home + '/a/.tutti/session.json'))
        path = f"/api/v1/collaboration/sessions/{token['session']}/files/f.txt"
        assert house.rest('GET', path, token=token['token']) == (200, editor.text)
    finally:
        for one in editors:
            one.process.kill()
        house.close()
        disk.close()


def not_saved(editor):
    return 'Not saved: ' in str(last_status(editor).get('message'))


def last_status(editor):
    for note in reversed(editor.notes):
        if note['method'] == 'collab/status':
            return note['params']
    return {}


def main():
    tutti, hub = map(os.path.abspath, sys.argv[1:3])
    home = tempfile.mkdtemp()
    house = House(tutti, hub, home)
    try:
        scene = Scene(house)
        for one in CASES:
            if sys.argv[3:] and one.__name__ not in sys.argv[3:]:
                continue
            one(scene)
            scene.goes_on(one.__name__)
            print('ok', one.__name__, flush=True)
        assert scene.sharing.end(signal.SIGTERM) == 0
        assert scene.joining.end(signal.SIGTERM) == 0
        assert house.hub.end(signal.SIGTERM) == 0
    finally:
        house.close()
        shutil.rmtree(home, ignore_errors=True)


if __name__ == '__main__':
    main()
