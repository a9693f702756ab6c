"""The command palette: every action of the present screen and of the app, in the language of the screen."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider

from troubleshooter.tui.page import Key, Page, path
from troubleshooter.tui.words import long


class Actions(Provider):
    """All keys of the screen as commands; the key stands beside the word."""

    def _keys(self) -> Iterator[tuple[str, Any]]:
        page = self.screen
        if not isinstance(page, Page):
            return
        for key in page.keys:
            yield f"{long(key.word, page.w)}  ({key.label})", partial(self._run, key, page)

    async def _run(self, key: Key, page: Page[object]) -> None:
        await cast("Any", page).run_action(path(key))

    async def discover(self) -> Hits:
        for name, run in self._keys():
            yield DiscoveryHit(name, run)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for name, run in self._keys():
            if (score := matcher.match(name)) > 0:
                yield Hit(score, matcher.highlight(name), run)
