"""Names near a misspelt one, for the one sentence that an error has. Nothing here decides what was meant."""

import difflib
from collections.abc import Iterable


def nearest(given: str, known: Iterable[str], count: int = 3) -> list[str]:
    """Up to `count` known names that look like `given` or contain it, best first."""
    names = list(dict.fromkeys(known))
    folded = given.casefold()
    containing = [name for name in names if folded and folded in name.casefold()]
    by_folded = {name.casefold(): name for name in names}
    similar = [by_folded[match] for match in difflib.get_close_matches(folded, by_folded, n=count, cutoff=0.5)]
    return list(dict.fromkeys([*similar, *containing]))[:count]
