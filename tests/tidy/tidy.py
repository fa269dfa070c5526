#!/usr/bin/env python3
"""The house rules that a machine can check: who may include whom, what the core may not touch, what a name must not be.

A rule that fails says what to do. Figures (length of files and functions) are printed, not enforced.
"""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Room -> rooms it may include from. The order is the one of docs/ARCHITECTURE.md: only rooms further up.
ROOMS = {
    "protocol/base": [],
    "protocol/wire": ["protocol/base"],
    "protocol/jsonrpc": ["protocol/base"],
    "sync/text": ["protocol/base"],
    "sync/merge": ["protocol/base", "sync/text"],
    "sync/record": ["protocol/base", "protocol/wire"],
    "sync/exchange": ["protocol/base", "protocol/wire", "sync/text", "sync/merge", "sync/record"],
    "sync/session": ["protocol/base", "protocol/wire", "sync/text", "sync/merge", "sync/record", "sync/exchange"],
    "sync/peer": ["protocol/base", "protocol/wire", "sync/text", "sync/merge", "sync/exchange"],
    "sync/store": ["protocol/base", "protocol/wire", "sync/record"],
    "sync/net": ["protocol/base"],
    "sync/hub": ["protocol", "sync"],
    "codeintel": ["protocol/base", "sync/text"],
    "lsp-server/link": ["protocol/base", "sync/text"],
    "lsp-server/plain": ["protocol/base", "sync/text", "lsp-server/link"],
    "lsp-server": ["protocol", "sync/text", "sync/merge", "sync/exchange", "sync/peer", "sync/net", "codeintel"],
}

# Rooms that decide, and so may not act: no socket, file, clock, thread or chance of their own.
CORE = ["protocol/base", "protocol/wire", "protocol/jsonrpc", "sync/text", "sync/merge", "sync/record", "sync/exchange", "sync/session",
        "sync/peer", "lsp-server/link", "lsp-server/plain"]
ACTING = re.compile(r"\b(uv_\w+|std::thread|std::async|std::mutex|steady_clock|system_clock|high_resolution_clock|random_device|"
                    r"std::rand|srand|fopen|ifstream|ofstream|getenv|printf|std::cout|std::cerr)\b")
THROWING = re.compile(r"^\s*throw\b", re.M)
UNFINISHED_NAME = re.compile(r"\b(?:class|struct)\s+(\w*(?:Manager|Service|Helper|Util|Utils|Provider|Controller|Impl|Base))\b")
RANGES = re.compile(r"std::(?:ranges::)?views::")
MARKERS = re.compile(r"\b(?:TODO|FIXME|XXX)\b")
PRIVATE_PLACES = re.compile(r"(?<![\w.])/work/|\.\./shared|/root/")
GENERATED = re.compile(r"generated", re.I)


def tracked(*patterns):
    names = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *patterns], cwd=ROOT, check=True,
                           capture_output=True).stdout.decode().split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def room_of(path):
    text = path.relative_to(ROOT).as_posix()
    return max((room for room in ROOMS if text.startswith(room + "/")), key=len, default=None)


def within(path, rooms):
    return any(path.startswith(room + "/") for room in rooms)


def complaints(path):
    text = path.read_text(encoding="utf-8")
    room = room_of(path)
    if room:
        for target in re.findall(r'^#include "([^"]+)"', text, re.M):
            if not within(target, [room, *ROOMS[room]]) and not target.startswith("generated"):
                yield f"includes {target}: {room} may use {', '.join(ROOMS[room]) or 'nothing'}"
    if room in CORE:
        for word in sorted(set(ACTING.findall(strip_comments(text)))):
            yield f"uses {word}: this room decides and does not act; time, chance and I/O come in as events and go out as effects"
    if room:
        if THROWING.search(strip_comments(text)):
            yield "throws: return a Result"
        for name in UNFINISHED_NAME.findall(text):
            yield f"{name}: a type of this name is a thought that is not finished"
        if RANGES.search(text):
            yield "uses std::views: clang 14 cannot read them"
    if MARKERS.search(text) and path.name != "tidy.py":
        yield "has an unfinished-work marker: finish it, or write what is missing into the docs"
    if PRIVATE_PLACES.search(text) and path.name != "tidy.py":
        yield "names a place of one machine"


def strip_comments(text):
    return re.sub(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\])*\"", "", text, flags=re.S)


def figures(paths):
    sizes = sorted((len(path.read_text(encoding="utf-8").splitlines()), path) for path in paths
                   if not GENERATED.search(path.read_text(encoding="utf-8")[:400]))
    if sizes:
        print(f"{len(sizes)} files, median {sizes[len(sizes) // 2][0]} lines, longest {sizes[-1][0]} ({sizes[-1][1].relative_to(ROOT)})")


def main():
    sources = tracked("*.cpp", "*.hpp", "*.h")
    found = 0
    for path in sources + tracked("*.lua", "*.el", "*.ts", "*.mjs", "*.py", "*.sh", "*.md", "*.toml", "dev"):
        for complaint in complaints(path):
            print(f"{path.relative_to(ROOT)}: {complaint}")
            found += 1
    figures(sources)
    print("house rules: " + ("kept" if found == 0 else f"{found} broken"))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
