"""One operation of the REST API: its place, what it needs, and the call it answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode

from app.sandbox.credentials import Token
from app.sandbox.hub import Hub
from app.sandbox.refusals import Refused, bad_request, not_found
from app.sandbox.state import Json, Repository

# docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api
PAGE_SIZE = 30
PAGE_MOST = 100

Who = Literal["app", "installation"]


@dataclass(slots=True)
class Answer:
    """A status with JSON, or with raw bytes of a media type; None for no body."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    media_type: str = "application/json; charset=utf-8"


@dataclass(slots=True)
class Call:
    """One request, authenticated and allowed; `home` is the repository of the path."""

    hub: Hub
    path: str
    values: Mapping[str, Any]
    query: Mapping[str, str]
    sent: Any
    accept: str
    token: Token | None = None
    found: Repository | None = None

    @property
    def home(self) -> Repository:
        if self.found is None:
            raise not_found()
        return self.found

    @property
    def body(self) -> Json:
        """The JSON object sent, or 400 as GitHub answers to anything else."""
        if not isinstance(self.sent, dict):
            raise Refused(400, "Problems parsing JSON")
        return self.sent

    def visible(self) -> list[Repository]:
        """The repositories the token reaches."""
        every = self.hub.world.repositories.values()
        reach = self.token.repositories if self.token else None
        return [home for home in every if reach is None or home.id in reach]

    def commit(self, name: str) -> str:
        """The commit a name stands for, or 422 as the commit endpoints answer."""
        found = self.home.bare.resolve(name)
        if found is None:
            raise Refused(422, f"No commit found for SHA: {name}")
        return found

    def page(self, items: list[Any]) -> tuple[list[Any], dict[str, str]]:
        """The asked-for page of a list, and its Link header."""
        size = min(PAGE_MOST, max(1, self.number("per_page", PAGE_SIZE)))
        page = max(1, self.number("page", 1))
        last = max(1, -(-len(items) // size))
        places = {"prev": page - 1, "next": page + 1, "last": last, "first": 1}
        wanted = (
            ("prev", "next", "last", "first")
            if 1 < page < last
            else ("next", "last")
            if page < last
            else ("prev", "first")
        )
        shown = wanted if last > 1 else ()
        links = ", ".join(f'<{self._address(places[name])}>; rel="{name}"' for name in shown)
        return items[(page - 1) * size : page * size], {"Link": links} if links else {}

    def number(self, name: str, default: int) -> int:
        """A whole number of the query; 422 for anything else."""
        text = self.query.get(name, "")
        if text and not text.lstrip("-").isdigit():
            raise bad_request(f"{name} is not an integer.")
        return int(text) if text else default

    def _address(self, page: int) -> str:
        return f"{self.hub.links.page}{self.path}?{urlencode({**self.query, 'page': page})}"


@dataclass(frozen=True, slots=True)
class Operation:
    """Where an operation lives, who may ask, which permissions it takes (alternatives), and its answer."""

    method: str
    path: str
    answer: Callable[[Call], Answer]
    needs: tuple[Mapping[str, str], ...] = ()
    who: Who = "installation"


def listing(call: Call, items: list[Any], name: str = "") -> Answer:
    """One page of a list; with a name, wrapped as {total_count, name: […]}."""
    shown, headers = call.page(items)
    return Answer({"total_count": len(items), name: shown} if name else shown, headers=headers)
