#!/usr/bin/env python3
"""Two `tutti lsp` processes and a real hub: what one editor types stands in the other's buffer.

usage: two_editors.py TUTTI HUB [ROUNDS]     prints one JSON line of latencies; fails when the texts differ.
"""
import json
import os
import queue
import re
import shutil
import statistics
import sys
import tempfile
import time

import stdio

PATIENCE = 30


class Editor:
    """A buffer of one ASCII line at a time, with the rules of collab/edit."""

    def __init__(self, tutti, folder, env):
        self.folder = folder
        self.lsp = stdio.Lsp(tutti, env)
        self.process, self.inbox = self.lsp.process, self.lsp.inbox
        self.replies = {}
        self.notes = []
        self.causes = []
        self.serial = 0
        collab = {'version': 1, 'edit': True, 'positionEncoding': 'utf-32'}
        self.call('initialize', {'rootUri': 'file://' + folder, 'capabilities': {'experimental': {'collab': collab}}})
        self.tell('initialized', {})

    def tell(self, method, params):
        self.lsp.send({'method': method, 'params': params})

    def call(self, method, params):
        self.serial += 1
        self.lsp.send({'id': self.serial, 'method': method, 'params': params})
        self.until(lambda: self.serial in self.replies, method)
        answer = self.replies.pop(self.serial)
        assert 'error' not in answer, answer
        return answer['result']

    def until(self, condition, what):
        end = time.monotonic() + PATIENCE
        while not condition():
            left = end - time.monotonic()
            if left <= 0:
                raise SystemExit(f'{what} did not come; {self.notes[-5:]}')
            try:
                self.take(*self.inbox.get(timeout=min(left, 0.2)))
            except queue.Empty:
                pass

    def take(self, message, when):
        assert message is not None, 'the server has ended'
        if 'method' not in message:
            self.replies[message['id']] = message
        elif message['method'] == 'collab/edit':
            self.apply(message['params'], when)
            self.causes.append(message['params'].get('cause'))
        else:
            self.notes.append(message)

    def open(self, name, text):
        self.uri, self.text = 'file://' + os.path.join(self.folder, name), text
        self.mine = self.theirs = 0
        self.epoch = 1
        document = {'uri': self.uri, 'languageId': 'text', 'version': 0, 'text': text}
        self.tell('textDocument/didOpen', {'textDocument': document})

    def offset(self, place):
        lines = self.text.split('\n')
        return sum(len(line) + 1 for line in lines[:place['line']]) + place['character']

    def apply(self, edit, when):
        if (edit['epoch'], edit['seen'], edit['revision']) != (self.epoch, self.mine, self.theirs + 1):
            return
        for one in reversed(edit['edits']):
            start, end = self.offset(one['range']['start']), self.offset(one['range']['end'])
            self.text = self.text[:start] + one['newText'] + self.text[end:]
        self.theirs, self.applied_at = edit['revision'], when
        self.tell('collab/ack', {'textDocument': {'uri': self.uri}, 'epoch': self.epoch, 'seen': self.theirs})

    def type(self, at, words):
        line = self.text.count('\n', 0, at)
        column = at - (self.text.rfind('\n', 0, at) + 1)
        place = {'line': line, 'character': column}
        self.text = self.text[:at] + words + self.text[at:]
        self.mine += 1
        self.tell('collab/edit', {'textDocument': {'uri': self.uri}, 'epoch': self.epoch, 'revision': self.mine,
                                  'seen': self.theirs, 'edits': [{'range': {'start': place, 'end': place}, 'newText': words}]})

    def state(self):
        for note in reversed(self.notes):
            if note['method'] == 'collab/status':
                documents = note['params']['documents']
                return documents[0]['state'] if documents else None
        return None

    def turn(self, what, text):
        """Undoes or redoes, by the method or by the command; `text` must come of it."""
        params = {'textDocument': {'uri': self.uri}}
        by_command = {'command': 'tutti.' + what, 'arguments': [params]}
        self.causes.clear()
        result = self.call('collab/' + what, params) if len(text) % 2 else self.call('workspace/executeCommand', by_command)
        assert result == {'applied': True}, result
        self.until(lambda: self.text == text, f'{text!r} by {what}')
        assert self.causes == [what], self.causes

    def quit(self):
        self.call('shutdown', None)
        self.tell('exit', None)
        assert self.process.wait(PATIENCE) == 0


def undo(a, b):
    """Each types into what the other typed; undo takes one's own, and redo brings it back."""
    before = a.text
    a.type(0, 'mine ')
    b.until(lambda: b.text == 'mine ' + before, "a's word")
    b.type(2, 'YOURS')
    a.until(lambda: a.text == 'miYOURSne ' + before, "b's word inside of it")
    whole = a.text
    a.turn('undo', 'YOURS' + before)
    b.until(lambda: b.text == a.text, 'the undo')
    a.turn('redo', whole)
    b.until(lambda: b.text == whole, 'the redo')
    b.turn('undo', 'mine ' + before)
    a.until(lambda: a.text == b.text, "the other's undo")
    b.turn('redo', whole)
    a.until(lambda: a.text == whole, 'all of it again')
    assert b.call('collab/redo', {'textDocument': {'uri': b.uri}}) == {'applied': False}


def main():
    tutti, program = sys.argv[1:3]
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 100
    home = tempfile.mkdtemp()
    env = stdio.home_of(home, program)
    a_folder, b_folder = home + '/a', home + '/b'
    os.mkdir(a_folder)
    with open(a_folder + '/text.txt', 'w') as file:
        file.write('first\nlast\n')
    hub = None
    editors = []
    try:
        env['TUTTI_TOKEN'] = stdio.add_user(program, home + '/hub', env)
        hub, url = stdio.start_hub(program, home + '/hub', env)
        a = Editor(tutti, a_folder, env)
        editors.append(a)
        a.open('text.txt', 'first\nlast\n')
        link = a.call('collab/share', {'hub': url, 'name': 'Ann'})['link']
        a.until(lambda: a.state() == 'synced', 'synced')
        b = Editor(tutti, home, env)
        editors.append(b)
        b.call('collab/join', {'link': link, 'folder': b_folder, 'name': 'Ben'})
        b.folder = b_folder
        with open(b_folder + '/text.txt') as file:  # whoever has joined finds it there
            b.open('text.txt', file.read())
        b.until(lambda: b.text == a.text, "the other's text")
        undo(a, b)
        times = []
        for i in range(rounds):
            begun = time.perf_counter()
            a.type(len('first'), 'x')
            b.until(lambda: b.text == a.text, 'a key')
            times.append((b.applied_at - begun) * 1000)
        for i in range(50):
            a.type(0, f'a{i}.')
            b.type(len(b.text), f'b{i}.')
        for _ in range(3):
            a.until(lambda: len(re.findall(r'b\d+\.', a.text)) == 50, "b's words")
            b.until(lambda: len(re.findall(r'a\d+\.', b.text)) == 50, "a's words")
        assert a.text == b.text, (a.text, b.text)
        assert all(a.text.count(f'{who}{i}.') >= 1 for who in 'ab' for i in range(50))
        times.sort()
        print(json.dumps({'keys': rounds, 'p50_ms': round(statistics.median(times), 2),
                          'p90_ms': round(times[int(rounds * .9)], 2), 'max_ms': round(times[-1], 2)}))
        for editor in editors:
            editor.quit()
    finally:
        for editor in editors:
            editor.process.kill()
        if hub:
            hub.terminate()
            hub.wait()
        shutil.rmtree(home, ignore_errors=True)


if __name__ == '__main__':
    main()
