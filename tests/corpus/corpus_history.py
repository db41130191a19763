"""Deliveries that are odd by what came before them, or by the date they are of."""

from __future__ import annotations

from corpus_case import BEFORE, FIRST, GOOD, HEAD, Case, good_rows

TEN = HEAD + good_rows(10)
SNAPSHOT = {"mode": "snapshot"}

CASES = (
    Case(name="snapshot_that_lost_most_keys", odd="A snapshot lacks 60 % of the keys known before.",
         data=HEAD + good_rows(4), before=TEN, maps=SNAPSHOT, outcome="quarantined", rule="keys_lost",
         rows=(4, 4, 0, 0),
         says=("keys_before 10, keys_lost 6", "Ask the sender for the whole", "max_lost_share")),
    Case(name="snapshot_that_lost_a_fifth", odd="A snapshot lacks as many keys as it may.",
         data=HEAD + good_rows(8), before=TEN, maps=SNAPSHOT, outcome="accepted", gated=True, rows=(8, 8, 0, 0)),
    Case(name="snapshot_of_nothing", odd="An empty snapshot would close everything.", data=HEAD, before=TEN,
         maps=SNAPSHOT, outcome="quarantined", rule="keys_lost", says=("keys_lost 10",)),
    Case(name="older_than_the_last", odd="A late delivery, older than the last one taken in.",
         data=GOOD, before=BEFORE.replace(b"B", b"A"), file="saves_2026-01-15.csv", outcome="accepted",
         rows=(2, 2, 0, 0),
         holds={"history_id": ["H1", "H2"]}),
    Case(name="same_bytes_of_a_newer_date", odd="The same bytes again, of a newer date: nothing changed.",
         data=TEN, before=TEN, maps=SNAPSHOT, outcome="accepted", gated=True, rows=(10, 10, 0, 0)),
    Case(name="as_of_in_the_future", odd="An as-of date that nobody has lived to see.", data=GOOD,
         file="saves_2099-12-31.csv", outcome="quarantined", rule="as_of_in_future", rows=(2, 2, 0, 0),
         says=("lies after the day of arrival", "as_of_date 2099-12-31")),
    Case(name="as_of_of_another_form", odd="The date in the name has the day first.", data=GOOD,
         file="saves_28.02.2026.csv", outcome="not taken in",
         says=('"28.02.2026" is no date of the form %Y-%m-%d', "Rename the file")),
    Case(name="as_of_impossible", odd="The date in the name does not exist.", data=GOOD, file="saves_2026-02-30.csv",
         outcome="not taken in", says=('"2026-02-30" is no date of the form %Y-%m-%d',)),
    Case(name="as_of_missing", odd="There is no date in the name.", data=GOOD, file="saves.csv", outcome="not taken in",
         says=("fits no pattern", "it knows before.csv, saves_{as_of}.csv", "Rename the file")),
    Case(name="as_of_in_an_empty_column", odd="The as-of date stands in a column that no row has.",
         data=HEAD + FIRST.replace(b"2026-01-05", b""), pattern="saves.csv", file="saves.csv",
         reads={"as_of": {"column": "changed_date"}}, outcome="quarantined", rule="parse.as_of",
         says=("no row has a changed_date, from which the mapping takes the as-of date",)),
)  # fmt: skip
