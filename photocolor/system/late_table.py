"""A table whose rows are made when somebody asks for them: few runs meet photos of all formats."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import TypeVar

Row = TypeVar("Row")


class LateTable(MutableMapping[str, Row]):
    """Rows by name, in a fixed order; each is made once, when it is asked for first.

    Args:
        makers: what makes each row; it loads the modules that the row takes.
    """

    def __init__(self, makers: Mapping[str, Callable[[], Row]]) -> None:
        self._makers = dict(makers)
        self._rows: dict[str, Row] = {}

    def __getitem__(self, name: str) -> Row:
        if name not in self._rows:
            self._rows[name] = self._makers[name]()
        return self._rows[name]

    def __setitem__(self, name: str, row: Row) -> None:
        self._makers.setdefault(name, lambda: row)
        self._rows[name] = row

    def __delitem__(self, name: str) -> None:
        del self._makers[name]
        self._rows.pop(name, None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)
