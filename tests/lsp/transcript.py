#!/usr/bin/env python3
"""Plays a transcript to real `tutti lsp` processes and compares what they say.

usage: transcript.py TUTTI HUB FILE...         --prove: change every expectation in turn; each must fail then

A transcript is blocks, each headed by a line that begins with `---` and ended by an empty line. What stands between is for the
reader; with a line `needs: hub` a real hub runs, which everybody knows and `a` has a token for; ${hub} is its URL. Editors are named by one word (`a` where
none is given); each has a process of its own, started when it is first needed.

  --- send [who]        a message; "jsonrpc" need not be said
  --- body [who]        bytes of a message that may be no JSON; the header is added
  --- raw [who]         bytes, as a Python string is written
  --- expect [who]      a part of a message that must come. An answer is found by its id, everything else by what it says
  --- never [who]       no message that came up to now and was not expected yet looks like this
  --- end [who]         its stdin ends
  --- kill [who]        it dies, and its name is free again
  --- exit CODE [who]   it ends so
  --- file PATH         makes the file; below ${home}
  --- disk PATH         the file comes to hold this; PATH may be a pattern

In what is sent: ${home}, ${hub}, what was kept, and ${repeat TEXT N}. In what is expected: objects may hold more than is
said; "$any"; "$absent"; "$match REGEX"; "$keep NAME"; a list that begins with "$has" must hold each of its other elements.
"""
import copy
import glob
import json
import os
import queue
import re
import shutil
import sys
import tempfile
import time

import stdio

PATIENCE = float(os.environ.get('TUTTI_PATIENCE', 30))


class Failed(Exception):
    pass


def blocks(text):
    """(line number, words of the header, content)."""
    found = []
    reading = False
    for number, line in enumerate(text.split('\n'), 1):
        if line.startswith('---'):
            found.append((number, line[3:].split(), []))
        elif reading and line:
            found[-1][2].append(line)
        reading = bool(line) and (reading or line.startswith('---'))
    return [(number, words, '\n'.join(lines)) for number, words, lines in found]


def difference(pattern, value, kept, path=''):
    """Where `value` is not as `pattern` says; None if it is."""
    if isinstance(pattern, str) and pattern.startswith('$'):
        word, _, rest = pattern.partition(' ')
        if word == '$keep':
            kept[rest] = value
            return None
        if word == '$match':
            return None if isinstance(value, str) and re.search(rest, value) else f'{path}: {value!r} does not match {rest}'
        if word == '$any':
            return None
    if isinstance(pattern, dict) and isinstance(value, dict):
        for key, part in pattern.items():
            if (part == '$absent') != (key not in value):
                return f'{path}/{key} is {"there" if key in value else "missing"}'
            wrong = None if part == '$absent' else difference(part, value[key], kept, f'{path}/{key}')
            if wrong:
                return wrong
        return None
    if isinstance(pattern, list) and isinstance(value, list):
        if pattern[:1] == ['$has']:
            missing = [p for p in pattern[1:] if all(difference(p, v, kept) for v in value)]
            return f'{path} holds no {missing[0]}' if missing else None
        if len(pattern) != len(value):
            return f'{path} has {len(value)} elements'
        return next(filter(None, (difference(p, v, kept, f'{path}/{i}') for i, (p, v) in enumerate(zip(pattern, value)))), None)
    return None if type(pattern) is type(value) and pattern == value else f'{path}: {value!r} is not {pattern!r}'


class Play:
    def __init__(self, tutti, program):
        self.tutti, self.program = tutti, program
        self.home = os.path.realpath(tempfile.mkdtemp())
        self.env = stdio.home_of(self.home, program)
        self.kept = {'home': self.home}
        self.hub = None
        self.editors = {}
        self.unread = {}
        self.barriers = 0

    def close(self):
        for editor in self.editors.values():
            editor.process.kill()
            editor.process.wait()
        if self.hub:
            self.hub.terminate()
            self.hub.wait()
        shutil.rmtree(self.home, ignore_errors=True)

    def need_hub(self):
        data = self.home + '/hub'
        self.env['TUTTI_TOKEN'] = stdio.add_user(self.program, data, self.env)
        self.hub, self.kept['hub'] = stdio.start_hub(self.program, data, self.env)
        self.env['TUTTI_HUB'] = self.kept['hub']

    def editor(self, who):
        if who not in self.editors:
            env = {k: v for k, v in self.env.items() if k != 'TUTTI_TOKEN' or who == 'a'}
            self.editors[who], self.unread[who] = stdio.Lsp(self.tutti, env), []
        return self.editors[who]

    def filled(self, text):
        text = re.sub(r'\$\{repeat (\S+) (\d+)\}', lambda m: m[1] * int(m[2]), text)
        return re.sub(r'\$\{(\w+)\}', lambda m: str(self.kept[m[1]]), text)

    def next_message(self, who, until):
        try:
            return self.editor(who).inbox.get(timeout=max(until - time.monotonic(), 0.001))[0]
        except queue.Empty:
            return None

    def find(self, who, fits):
        """The first message that fits, taken from what was not expected yet or from what comes."""
        until = time.monotonic() + PATIENCE
        waiting = self.unread[who] if self.editor(who) else []
        for message in waiting:
            if fits(message):
                waiting.remove(message)
                return message
        while message := self.next_message(who, until):
            if fits(message):
                return message
            waiting.append(message)
        return None

    def expect(self, who, pattern):
        if 'id' in pattern and 'method' not in pattern:
            answer = self.find(who, lambda m: 'method' not in m and m.get('id') == pattern['id'])
            if answer is None:
                raise Failed('no answer came')
            if wrong := difference(pattern, answer, self.kept):
                raise Failed(f'{wrong}\n  in {json.dumps(answer)}')
        elif self.find(who, lambda m: not difference(pattern, m, self.kept)) is None:
            alike = [m for m in self.unread[who] if m.get('method') == pattern.get('method')]
            raise Failed('it did not come; instead\n  ' + '\n  '.join(json.dumps(m) for m in alike[-5:]))

    def never(self, who, pattern):
        for _ in range(2):  # what the first one finds waiting is sent before the second is read
            self.barriers += 1
            name = f'barrier {self.barriers}'
            self.editor(who).send({'id': name, 'method': 'barrier'})
            self.find(who, lambda m: m.get('id') == name)
        for message in self.unread[who]:
            if not difference(pattern, message, self.kept):
                raise Failed(f'it came: {json.dumps(message)}')

    def exit(self, who, code):
        try:
            ended = self.editor(who).process.wait(PATIENCE)
        except Exception as still:
            raise Failed('it does not end') from still
        if ended != code:
            raise Failed(f'it ended with {ended}')

    def disk(self, path, content):
        until = time.monotonic() + PATIENCE
        while True:
            try:
                with open((glob.glob(path) or [path])[0], newline='') as file:
                    found = file.read()
            except OSError:
                found = None
            if found == content:
                return
            if time.monotonic() > until:
                raise Failed(f'the file holds {found!r}')
            time.sleep(0.01)

    def play(self, words, content):
        verb, rest = words[0], words[1:]
        if verb == 'exit':
            return self.exit(rest[1] if rest[1:] else 'a', int(rest[0]))
        if verb in ('file', 'disk'):
            path = os.path.join(self.home, rest[0])
            if verb == 'disk':
                return self.disk(path, content + '\n')
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, 'w', newline='') as file:
                file.write(content + '\n')
            return None
        who = rest[0] if rest else 'a'
        if verb == 'send':
            return self.editor(who).send(json.loads(self.filled(content)))
        if verb == 'body':
            return self.editor(who).body(self.filled(content).encode())
        if verb == 'raw':
            return self.editor(who).write(self.filled(content).encode().decode('unicode_escape').encode())
        if verb == 'end':
            return self.editor(who).process.stdin.close()
        if verb == 'kill':
            self.editors[who].process.kill()
            return self.editors.pop(who).process.wait()
        pattern = json.loads(self.filled(content))
        return {'expect': self.expect, 'never': self.never}[verb](who, pattern)


def run(tutti, program, text, steps):
    """None, or where and how it failed."""
    play = Play(tutti, program)
    try:
        if re.search(r'^needs: hub$', text, re.M):
            play.need_hub()
        for number, words, content in steps:
            try:
                play.play(words, content)
            except Failed as failed:
                return f'{number}: {" ".join(words)}: {failed}'
        return None
    finally:
        play.close()


def spoiled(words, content):
    """The same expectation with one thing in it that is not so."""
    if words[0] == 'exit':
        return [words[0], str(int(words[1]) + 1), *words[2:]], content
    if words[0] == 'disk':
        return words, content + 'x'
    pattern = json.loads(content)

    def spoil(value):
        for key, part in reversed(list(value.items() if isinstance(value, dict) else enumerate(value))):
            if key in ('id', 'method') and len(value) > 1 and isinstance(value, dict):
                continue
            if isinstance(part, (dict, list)) and part:
                if spoil(part):
                    return True
            elif part not in ('$any', '$has') and not str(part).startswith('$keep'):
                value[key] = [part, 'spoiled']
                return True
        return False

    if not spoil(pattern):
        pattern['nobody'] = 'says this'
    return words, json.dumps(pattern)


def prove(tutti, program, text, steps):
    for i, (number, words, content) in enumerate(steps):
        if words[0] not in ('expect', 'exit', 'disk') or '${' in content:
            continue
        changed = copy.copy(steps)
        changed[i] = (number, *spoiled(words, content))
        if run(tutti, program, text, changed[:i + 1]) is None:
            return f'{number}: passes though it expects {changed[i][2] or changed[i][1]}'
    return None


def main():
    arguments = [a for a in sys.argv[1:] if a != '--prove']
    tutti, program, files = arguments[0], arguments[1], arguments[2:]
    play = prove if '--prove' in sys.argv else run
    wrong = 0
    for name in files:
        with open(name) as file:
            text = file.read()
        failure = play(tutti, program, text, blocks(text))
        if failure:
            wrong += 1
            print(f'{name}:{failure}')
    sys.exit(1 if wrong else 0)


if __name__ == '__main__':
    main()
