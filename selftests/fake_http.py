"""A requests session without a network: answers are taken from a list, or from a function of the request."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from conformance.node.services.http_session import HttpSession


@dataclass
class Reply:
    """One answer; `chunks` are what iter_content gives."""

    status_code: int = 200
    content: bytes | str = b""
    headers: dict[str, str] = field(default_factory=dict)
    chunks: list[bytes] | None = None

    def __enter__(self) -> Reply:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def iter_content(self, _size: int) -> Iterator[bytes]:
        content = self.content.encode() if isinstance(self.content, str) else self.content
        yield from self.chunks if self.chunks is not None else [content]


Answer = Reply | Exception


@dataclass
class FakeTransport:
    """Stands for requests.Session; `asked` holds (method, url, options) of every request."""

    answer: Callable[[str, str, dict[str, Any]], Answer]
    asked: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    trust_env: bool = True

    def request(self, method: str, url: str, **options: Any) -> Reply:
        self.asked.append((method, url, options))
        answer = self.answer(method, url, options)
        if isinstance(answer, Exception):
            raise answer
        return answer


def session(*answers: Answer, node: str = "node1", base: str = "https://198.51.100.11:9443") -> HttpSession:
    """A session that gives these answers in turn, the last one for ever."""
    left = list(answers)

    def next_answer(*_: object) -> Answer:
        return left.pop(0) if len(left) > 1 else left[0]

    return HttpSession(node, base, transport=FakeTransport(next_answer))  # type: ignore[arg-type]
