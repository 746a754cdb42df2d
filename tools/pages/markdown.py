"""Write Markdown: pages that say where they come from, and tables."""

from collections.abc import Iterable, Sequence


def page(title: str, sources: str, *parts: str) -> str:
    head = f"<!-- Written from {sources} by `make schemas`: change it there. -->"
    return "\n\n".join((f"# {title}", head, *(part.strip() for part in parts))) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def code(text: str) -> str:
    return f"`{text}`" if text else ""


def codes(words: Iterable[str]) -> str:
    return ", ".join(code(word) for word in words)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
