"""Reading README and docs: their fenced blocks and the commands in them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
SHELL = ("sh", "bash", "console", "shell")


def blocks(page: Path, *languages: str) -> list[str]:
    """Return the fenced blocks of a page in the given languages."""
    found = re.findall(r"^```(\w+)\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return [body for language, body in found if language in languages]


def commands(page: Path) -> Iterator[list[str]]:
    """Yield the words of every command line of a page; in console blocks only what follows a prompt."""
    for block in blocks(page, *SHELL):
        lines = block.replace("\\\n", " ").splitlines()
        prompts = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
        for line in prompts or lines:
            words = shlex.split(line, comments=True)
            if words:
                yield words
    for line in re.findall(r"`((?:vein2vein|make) [^`\n]+)`", page.read_text(encoding="utf-8")):
        yield shlex.split(line)
