"""Rows that share a key, or have none."""

from __future__ import annotations

from corpus_case import FIRST, GOOD, HEAD, SECOND, Case, good_rows

CASES = (
    Case(name="identical_duplicates", odd="The same row twice.", data=GOOD + FIRST, outcome="accepted", rows=(3, 2, 0, 1),
         holds={"history_id": ["H1", "H2"]}),
    Case(name="conflicting_duplicates", odd="Two rows of one key say different things.",
         data=GOOD + FIRST.replace(b"Alpha", b"Omega"), outcome="quarantined", rule="conflicting_keys", rows=(3, 3, 0, 0),
         says=("Rows of the same key say different things", "on_duplicate", "conflicting_keys 1")),
    Case(name="conflicting_duplicates_rejected", odd="The mapping has conflicting rows rejected.",
         data=HEAD + good_rows(40) + FIRST + FIRST.replace(b"Alpha", b"Omega"), maps={"on_duplicate": "reject"},
         outcome="accepted", rows=(42, 40, 2, 0), rule="rows_rejected", says=("ask the sender to correct them",),
         rejected=((42, "history_id", None), (43, "history_id", None))),
    Case(name="last_of_conflicting_duplicates", odd="The mapping keeps the latest row of a key.",
         data=HEAD + FIRST + FIRST.replace(b"2026-01-05,Alpha", b"2026-01-09,Omega") + FIRST,
         maps={"on_duplicate": {"keep_last_by": {"from": "changed_date", "format": "iso"}}},
         outcome="accepted", rows=(3, 1, 0, 2), holds={"stage": ["Omega"]}),
    Case(name="duplicates_that_differ_in_an_unknown_column", odd="Rows that differ only in what nobody maps differ.",
         data=HEAD[:-1] + b",colour\n" + FIRST[:-1] + b",red\n" + FIRST[:-1] + b",blue\n", outcome="quarantined",
         rule="conflicting_keys", rows=(2, 2, 0, 0), says=("conflicting_keys 1",)),
    Case(name="empty_key", odd="A row without its key.", data=HEAD + good_rows(20) + FIRST.replace(b"H1", b""),
         outcome="accepted", rows=(21, 20, 1, 0), rule="rows_rejected", says=("cannot be read and are left out",),
         rejected=((22, "history_id", None),)),
    Case(name="key_of_spaces", odd="A key of spaces is no key.", data=HEAD + good_rows(20) + FIRST.replace(b"H1", b"  "),
         outcome="accepted", rows=(21, 20, 1, 0), rule="rows_rejected", says=("left out",),
         rejected=((22, "history_id", None),)),
    Case(name="key_with_blanks_behind", odd="One key with and without a blank behind it is one key.",
         data=GOOD + FIRST.replace(b"H1", b"H1 "), outcome="accepted", rows=(3, 2, 0, 1),
         holds={"history_id": ["H1", "H2"]}),
    Case(name="keys_that_differ_in_case", odd="Keys that differ in case are two keys.",
         data=GOOD + FIRST.replace(b"H1", b"h1"), outcome="accepted", rows=(3, 3, 0, 0),
         holds={"history_id": ["H1", "H2", "h1"]}),
    Case(name="keys_composed_and_decomposed", odd="An umlaut in one code point or two: two keys, as the source has them.",
         data=HEAD + FIRST.replace(b"H1", "Ü".encode()) + FIRST.replace(b"H1", "U\u0308".encode()),
         outcome="accepted", rows=(2, 2, 0, 0), holds={"history_id": ["U\u0308", "Ü"]}),
    Case(name="required_value_empty", odd="A required column is empty in one row.",
         data=HEAD + FIRST + SECOND.replace(b"D2", b""), outcome="quarantined", rule="required_opportunity_id",
         rows=(2, 2, 0, 0), says=("`opportunity_id` is required and empty here", "record 2, history_id H2")),
)  # fmt: skip
