#!/usr/bin/env python3
"""`tutti lsp` is killed again and again while the hub is away and a thousand edits wait. Nothing is lost, nothing is doubled.

usage: kill.py TUTTI HUB [KILLS]     prints one JSON line of times; fails when a word is missing or there twice.

Every other time the editor dies with it: then the buffer is what the disk holds, and all that was told to be on the disk must
come back out of the journal. The other times the editor lives on, and opens its buffer at the new process.
"""
import collections
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import stdio
from two_editors import Editor

QUEUED = 1000


class Writer(Editor):
    """An editor of words that are never written twice."""

    def __init__(self, tutti, folder, env, life):
        super().__init__(tutti, folder, env)
        self.life, self.words = life, 0

    def status(self):
        for note in reversed(self.notes):
            if note['method'] == 'collab/status':
                return note['params']
        return {}

    def write(self, count):
        """Words at the end, in the middle and at the beginning."""
        written = []
        for _ in range(count):
            self.words += 1
            word = f'<{self.life}.{self.words}>'
            at = [0, self.text.find('\n') + 1, len(self.text)][self.words % 3]
            self.type(at, word + ('\n' if self.words % 10 == 0 else '.'))
            written.append(word)
        return written

    def journalled(self, words):
        """What was typed last is in the file of the journal, and the server says that it is there for good."""
        def on_disk():
            with open(self.folder + '/.tutti/journal/editor-1', 'rb') as file:
                journal = file.read()
            return all(word.encode() in journal for word in words)
        self.until(lambda: on_disk() and self.status().get('pending') and not self.status().get('inMemory'), 'the journal')


def words_of(text):
    return collections.Counter(re.findall(r'<\d+\.\d+>', text))


def check(text, expected, where):
    times = words_of(text)
    lost = [word for word in expected if times[word] == 0]
    doubled = [word for word, count in times.items() if count > 1]
    assert not lost and not doubled, f'{where}: lost {lost[:10]} ({len(lost)}), doubled {doubled[:10]} ({len(doubled)})'


def start_hub(program, data, env, listen):
    hub = subprocess.Popen([program, 'serve', '--listen', listen, '--data', data], stdout=subprocess.PIPE,
                           stderr=subprocess.DEVNULL, env=env)
    return hub, json.loads(hub.stdout.readline())['url']


def reborn(tutti, folder, env, life, buffer):
    """Another process for the folder; `buffer`: what the editor has, or none for what is on the disk."""
    before = time.perf_counter()
    writer = Writer(tutti, folder, env, life)
    with open(folder + '/text.txt', encoding='utf-8') as file:
        text = file.read() if buffer is None else buffer
    writer.open('text.txt', text)
    return writer, before


def main():
    tutti, program = sys.argv[1:3]
    kills = int(sys.argv[3]) if len(sys.argv) > 3 else 10
    home = tempfile.mkdtemp()
    env = stdio.home_of(home, program)
    folder = home + '/a'
    os.mkdir(folder)
    with open(folder + '/text.txt', 'w', encoding='utf-8') as file:
        file.write('first\nlast\n')
    hub = writer = None
    try:
        env['TUTTI_TOKEN'] = stdio.add_user(program, home + '/hub', env)
        hub, url = start_hub(program, home + '/hub', env, '127.0.0.1:0')
        writer = Writer(tutti, folder, env, 0)
        writer.open('text.txt', 'first\nlast\n')
        link = writer.call('collab/share', {'hub': url, 'name': 'Ann'})['link']
        writer.until(lambda: writer.state() == 'synced', 'synced')
        hub.send_signal(signal.SIGKILL)
        hub.wait()
        writer.until(lambda: writer.state() == 'offline', 'offline')
        begun = time.perf_counter()
        writer.journalled(writer.write(QUEUED))
        typing = time.perf_counter() - begun
        expected = set(words_of(writer.text))
        back = []
        for life in range(1, kills + 1):
            words = writer.write(5)
            editor_lives = life % 2 == 0
            if not editor_lives:
                writer.journalled(words)
            writer.process.send_signal(signal.SIGKILL)
            writer.process.wait()
            expected |= set(words_of(writer.text))
            writer, before = reborn(tutti, folder, env, life, writer.text if editor_lives else None)
            writer.until(lambda w=writer: w.state() == 'offline' and set(words_of(w.text)) >= expected, f'all words after kill {life}')
            back.append((time.perf_counter() - before) * 1000)
            check(writer.text, expected, f'after kill {life}')
        before = time.perf_counter()
        hub, _ = start_hub(program, home + '/hub', env, url.split('//')[1])
        writer.until(lambda: writer.state() == 'synced' and not writer.status()['pending'], 'synced again')
        resumed = (time.perf_counter() - before) * 1000
        check(writer.text, expected, 'in the editor')
        subprocess.run([tutti, 'join', link, home + '/b', '--once'], env=env, check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        with open(home + '/b/text.txt', encoding='utf-8') as file:
            theirs = file.read()
        check(theirs, expected, 'at the hub')
        assert theirs == writer.text, 'the hub has another text'
        writer.quit()
        writer = None
        back.sort()
        print(json.dumps({'kills': kills, 'words': len(expected), 'typing_ms_each': round(typing * 1000 / QUEUED, 2),
                          'restart_p50_ms': round(statistics.median(back)), 'restart_p99_ms': round(back[int(len(back) * .99)]),
                          'hub_back_ms': round(resumed)}))
    finally:
        if writer:
            writer.process.kill()
        if hub:
            hub.kill()
            hub.wait()
        if os.environ.get('TUTTI_KEEP'):
            print(home, file=sys.stderr)
        else:
            shutil.rmtree(home, ignore_errors=True)


if __name__ == '__main__':
    main()
