"""Small homes with something waiting in their inbox, made once by the road itself and copied for every crash."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.crashes.anvil import Anvil
from tests.crashes.oracle import copy_place
from tests.publish.conftest import write_build

HEAD = "opportunity_id,name,stage,amount,currency,created_date,close_date\n"
DEALS = 30


def deals(*, amount: int, count: int = DEALS, first: int = 1, unreadable: int = 0) -> str:
    """A snapshot of deals; every third one has the amount, the others one of their own, some none that reads."""
    rows = []
    for number in range(first, first + count):
        said = "many" if number - first < unreadable else f"{amount if number % 3 == 0 else 100 * number}.00"
        rows.append(f"O{number},Deal {number},Open,{said},USD,2026-04-{number % 28 + 1:02d},\n")
    return HEAD + "".join(rows)


MAY, JULY = deals(amount=50), deals(amount=70)
AUGUST = deals(amount=80, count=DEALS + 1, unreadable=1)
CUT_OFF = deals(amount=80, count=5)
MAY_FILE, JULY_FILE, AUGUST_FILE = (f"opportunities_2026-{day}.csv" for day in ("05-31", "07-31", "08-31"))


class Places:
    """The homes by what waits in them; each is made when it is first asked for."""

    def __init__(self, anvil: Anvil, folder: Path) -> None:
        self.anvil = anvil
        self._folder = folder
        self._whole: set[str] = set()

    def build(self, number: int) -> str:
        """A finished build; 1 and 2 differ in every mart."""
        file = self._folder / f"build_{number}.duckdb"
        if not file.is_file():
            write_build(file, has_partners=number == 1)
        return str(file)

    def copy(self, name: str, target: Path) -> Path:
        """A copy of the home that waits for `name`."""
        return copy_place(self._made(name, getattr(self, f"_{name}")), target)

    def _made(self, name: str, make: Callable[[Path], None]) -> Path:
        place = self._folder / name
        if name not in self._whole:
            make(place)
            self._whole.add(name)
        return place

    def _do(self, step: str, place: Path, **options: Any) -> None:
        done = self.anvil.strike(step, place, options=options)
        assert done.exit in (0, 3), done

    def _first(self, place: Path) -> None:
        """No home yet."""
        deliver(place, JULY_FILE, JULY)

    def _next(self, place: Path) -> None:
        """One generation, and a newer delivery in the inbox."""
        self.copy("first", place)
        self._do("run", place, build=self.build(1))
        deliver(place, AUGUST_FILE, AUGUST)

    def _late(self, place: Path) -> None:
        """An older delivery in the inbox."""
        self.copy("next", place)
        shutil.rmtree(place / "inbox")
        deliver(place, MAY_FILE, MAY)

    def _refused(self, place: Path) -> None:
        """One in the inbox that will be refused."""
        self.copy("next", place)
        deliver(place, AUGUST_FILE, CUT_OFF)

    def _case(self, place: Path) -> None:
        """It was refused, and nobody has decided."""
        self.copy("refused", place)
        self._do("load", place)

    def _loaded(self, place: Path) -> None:
        """More is loaded than is published."""
        self.copy("next", place)
        self._do("load", place)

    def _published(self, place: Path) -> None:
        """Two generations, a settled refusal and a replay."""
        self.copy("case", place)
        deliver(place, AUGUST_FILE, AUGUST)
        self._do("run", place, build=self.build(2))
        self._do("replay", place, build=self.build(1))

    def _gone_back(self, place: Path) -> None:
        """Somebody went back to the first generation, and there is something new to publish."""
        self.copy("published", place)
        self._do("go_back", place)
        deliver(place, "opportunities_2026-09-30.csv", JULY)
        self._do("load", place)


def deliver(place: Path, name: str, text: str) -> None:
    """Put a file into the inbox."""
    folder = place / "inbox" / "generic"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
