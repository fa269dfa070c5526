#!/usr/bin/env python3
"""Writes everything that is derived from protocol/schema/*.toml. With --check it only compares, and fails on a difference."""

import argparse
import sys
from pathlib import Path

import cpp_frames
import cpp_rpc
import elisp
import golden
import lua
import markdown
import schema as schemas
import typescript

ROOT = Path(__file__).resolve().parents[2]


def outputs() -> dict[str, str]:
    """Path below the root -> text."""
    hub = schemas.load(ROOT / "protocol/schema/hub.toml")
    collab = schemas.load(ROOT / "protocol/schema/collab.toml", hub)
    return {
        "protocol/wire/collab.hpp": cpp_rpc.header(collab),
        "protocol/wire/collab.cpp": cpp_rpc.source(collab),
        "protocol/wire/hub.hpp": cpp_frames.header(hub),
        "protocol/wire/hub.cpp": cpp_frames.source(hub),
        "protocol/golden/hub.json": golden.frames(hub),
        "protocol/golden/collab.json": golden.params(collab),
        "tests/wire/collab_structs.inc": cpp_rpc.struct_list(collab),
        "clients/vscode/src/protocol.ts": typescript.code(hub, collab),
        "clients/nvim/lua/tutti/protocol.lua": lua.code(collab),
        "clients/emacs/tutti-protocol.el": elisp.code(collab),
        "docs/PROTOCOL.md": markdown.document(hub, collab),
    }


def stale(path: Path, text: str) -> bool:
    return not path.exists() or path.read_text("utf-8") != text


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true", help="compare, write nothing")
    check = arguments.parse_args().check
    different = {name: text for name, text in outputs().items() if stale(ROOT / name, text)}
    for name, text in different.items():
        print(f"{'differs' if check else 'wrote'}: {name}")
        if not check:
            (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / name).write_text(text, "utf-8")
    if check and different:
        print("run protocol/gen/generate.py and commit what it writes", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
