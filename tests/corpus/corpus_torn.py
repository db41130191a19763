"""Files that are cut off, too short, too long or too wide; and rows of another width than their header."""

from __future__ import annotations

from corpus_case import FIRST, GOOD, HEAD, SECOND, Case

CASES = (
    Case(name="cut_in_a_field", odd="Cut off in the middle of the last field, which still reads as a value.",
         data=GOOD[:-3], outcome="quarantined", rule="parse.records",
         says=("the last line does not end with a line break", "final_newline: optional")),
    Case(name="cut_in_a_character", odd="Cut off between the two bytes of a letter.",
         data=(HEAD + FIRST + "H2,D2,2026-01-06,Gül".encode())[:-2], outcome="quarantined", rule="parse.encoding",
         says=("line 3", "is not utf-8")),
    Case(name="cut_in_a_quoted_field", odd="Cut off inside quotes.",
         data=HEAD + FIRST + b'H2,D2,2026-01-06,"Be', outcome="quarantined", rule="parse.records",
         says=("quote in line 3 has no partner", "the file was cut off")),
    Case(name="cut_in_the_header", odd="Cut off in the header.", data=HEAD[:30], outcome="quarantined",
         rule="parse.records", says=("the last line does not end with a line break", "may be cut off")),
    Case(name="no_final_line_break_declared",
         odd="The last line does not end, and the mapping says that this is usual.",
         data=GOOD[:-1], reads={"final_newline": "optional"}, outcome="accepted", rows=(2, 2, 0, 0),
         holds={"history_id": ["H1", "H2"]}),
    Case(name="short_row", odd="A row lacks two fields.", data=HEAD + b"H1,D1,2026-01-05,Alpha,1.00\n" + SECOND,
         outcome="quarantined", rule="parse.records", says=("line 2: the record has 5 field(s), the header 7",)),
    Case(name="long_row", odd="A comma in a text without quotes makes one field too many.",
         data=HEAD + FIRST + b"H2,D2,2026-01-06,Smith, John,1.00,EUR,2026-03-01\n", outcome="quarantined",
         rule="parse.records", says=("line 3: the record has 8 field(s), the header 7",)),
    Case(name="short_row_behind_a_line_break_in_quotes",
         odd="The line of a short row is told though records span lines.",
         data=HEAD + b'H1,D1,2026-01-05,"a\nb\nc",1.00,EUR,2026-03-01\n' + b"H2,D2\n", outcome="quarantined",
         rule="parse.records", says=("line 5: the record has 2 field(s)",)),
    Case(name="long_field", odd="A text of 100,000 letters.",
         data=HEAD + FIRST.replace(b"Alpha", b"x" * 100_000), outcome="accepted", rows=(1, 1, 0, 0),
         holds={"stage": ["x" * 100_000]}),
    Case(name="thousand_columns", odd="A thousand columns that nobody asked for.",
         data=b",".join([HEAD[:-1], *(b"x%d" % n for n in range(1000))]) + b"\n"
         + FIRST[:-1] + b"," * 1000 + b"\n",
         outcome="accepted", rows=(1, 1, 0, 0)),
    Case(name="rows_without_anything", odd="Rows of nothing but separators, as a spreadsheet leaves them.",
         data=GOOD + b",,,,,,\n" * 3, outcome="quarantined", rule="rejected_share", rows=(5, 2, 3, 0),
         rejected=tuple((line, "history_id", None) for line in (4, 5, 6)), says=("have no key",)),
)  # fmt: skip
