"""What lies in the inbox and is no plain file, or has a name to stumble over; and mappings with slips."""

from __future__ import annotations

import os
import textwrap
from pathlib import Path

from corpus_case import GOOD, Case

BOTH = (2, 2, 0, 0)
READ = {"history_id": ["H1", "H2"]}
ANY_NAME = {"pattern": "*.csv", "reads": {"as_of": {"fixed": "2026-02-28"}}}


def folder(path: Path) -> None:
    path.mkdir()
    (path / "part.csv").write_bytes(GOOD)


def link(path: Path) -> None:
    aside = path.parent / ".aside"
    aside.write_bytes(GOOD)
    path.symlink_to(aside)


def vendor(text: str) -> str:
    return textwrap.dedent(text).lstrip()


CASES = (
    Case(name="folder_named_like_a_file", odd="A folder has the name of a file.", data=folder, outcome="not taken in",
         says=("is no file; an instance's folder holds its files directly",)),
    Case(name="link_to_a_file", odd="A symbolic link to a file is the file.", data=link, outcome="accepted", rows=BOTH,
         holds=READ),
    Case(name="link_to_nothing", odd="A symbolic link to nothing.", data=lambda path: path.symlink_to("nowhere.csv"),
         outcome="not taken in", says=("is no file",)),
    Case(name="link_to_itself", odd="A symbolic link to itself.", data=lambda path: path.symlink_to(path.name),
         outcome="not taken in", says=("is no file",)),
    Case(name="link_to_the_home", odd="A symbolic link to the folder above.",
         data=lambda path: path.symlink_to(path.parent.parent), outcome="not taken in", says=("is no file",)),
    Case(name="named_pipe", odd="A named pipe that nobody writes to, which would wait for ever.", data=os.mkfifo,
         outcome="not taken in", says=("is no file",)),
    Case(name="glob_characters_in_the_name", odd="A name that would match its neighbours.", data=GOOD,
         file="sa*[v]?es.csv", **ANY_NAME, outcome="accepted", rows=BOTH, holds=READ),
    Case(name="quotes_and_sql_in_the_name", odd="SQL in a name is a name.", data=GOOD,
         file="'; drop table ledger.loads; --.csv", **ANY_NAME, outcome="accepted", rows=BOTH, holds=READ),
    Case(name="spaces_in_the_name", odd="Spaces, also at the end.", data=GOOD, file=" saves of february  .csv",
         **ANY_NAME,
         outcome="accepted", rows=BOTH, holds=READ),
    Case(name="line_break_in_the_name", odd="A line break in the name cannot break a message.", data=GOOD[:-3],
         file="saves\nof february.csv", **ANY_NAME, outcome="not taken in",
         says=("saves of february.csv fits no pattern", "Rename the file")),
    Case(name="accents_in_the_name_decomposed", odd="A Mac writes an umlaut in two code points.", data=GOOD,
         file="verka\u0308ufe_2026-02-28.csv", pattern="verkäufe_{as_of}.csv", outcome="accepted", rows=BOTH,
         holds=READ),
    Case(name="name_of_bytes", odd="A name that is no UTF-8.", data=GOOD, file=os.fsdecode(b"saves_\xff.csv"),
         **ANY_NAME,
         outcome="not taken in", says=("saves_\\xff.csv has a name that is not UTF-8", "Rename the file")),
    Case(name="longest_name", odd="A name as long as a file system allows.", data=GOOD, file="s" * 251 + ".csv",
         **ANY_NAME,
         outcome="not taken in", says=("has a name of 255 bytes, and the archive takes 200", "shorter name")),
    Case(name="long_name", odd="A name as long as the archive takes.", data=GOOD, file="s" * 196 + ".csv", **ANY_NAME,
         outcome="accepted", rows=BOTH, holds=READ),
    Case(name="name_of_our_own_files", odd="A delivery is called like the warehouse's note of the reason.",
         data=GOOD[:-3], file="reason.json", pattern="reason.json", reads={"as_of": {"fixed": "2026-02-28"}},
         outcome="quarantined", rule="parse.form", says=("reason.json is no JSON",)),
    Case(name="unknown_file", odd="A file that no pattern fits.", data=GOOD, file="notes.txt", outcome="not taken in",
         says=("notes.txt fits no pattern of the mapping unknown_file", "add its name to ignore_files")),
    Case(name="two_patterns_fit", odd="Two patterns of the mapping fit a name.", data=GOOD, outcome="not taken in",
         vendor=vendor("""
             files:
               - {pattern: "saves_{as_of}.csv", exports: {crm.opportunity_history: {}}}
               - {pattern: "*.csv", as_of: {fixed: 2026-02-28}, exports: {crm.opportunity_history: {}}}
             """), says=("fits several patterns", "Make them apart")),
    Case(name="mapping_with_a_misspelt_key", odd="A slip in the mapping is told with its line.", data=GOOD,
         vendor=vendor("""
             files:
               - pattern: saves_{as_of}.csv
                 encodin: cp1252
                 exports: {crm.opportunity_history: {}}
             """), outcome="not taken in", says=("line 3", "encodin", 'did you mean "encoding"')),
    Case(name="mapping_of_an_unknown_export", odd="A mapping feeds an export that there is not.", data=GOOD,
         vendor=vendor("""
             files:
               - pattern: saves_{as_of}.csv
                 exports: {crm.oportunities: {}}
             """), outcome="not taken in", says=("line 3", 'did you mean "crm.opportunities"')),
    Case(name="mapping_with_a_misspelt_column", odd="A mapping fills a column that there is not.", data=GOOD,
         vendor=vendor("""
             files:
               - pattern: saves_{as_of}.csv
                 exports:
                   crm.opportunity_history:
                     columns: {history_id: history_id, opportunity_id: opportunity_id, stag: stage}
             """), outcome="not taken in", says=("line 5", 'did you mean "stage"')),
    Case(name="mapping_that_is_no_yaml", odd="A mapping that does not read.", data=GOOD, vendor="files: [\n",
         outcome="not taken in", says=("is not YAML", "line 2", "Mend it there")),
    Case(name="mapping_of_bytes", odd="A mapping in another encoding than UTF-8.", data=GOOD,
         vendor="description: caf\udce9\n", outcome="not taken in", says=("is not YAML",)),
    Case(name="mapping_says_a_key_twice", odd="A key stands twice in a mapping.", data=GOOD,
         vendor=vendor("""
             files:
               - pattern: saves_{as_of}.csv
                 exports: {crm.opportunity_history: {}}
                 exports: {crm.opportunities: {}}
             """), outcome="not taken in", says=('says "exports" twice, in lines 3 and 4',)),
    Case(name="mapping_of_a_number_for_a_zone", odd="A zone that there is not.", data=GOOD,
         vendor=vendor("""
             files:
               - pattern: saves_{as_of}.csv
                 exports:
                   crm.opportunity_history:
                     columns:
                       history_id: history_id
                       opportunity_id: opportunity_id
                       changed_at: {from: changed_date, format: iso_unpadded, zone: Middle/Earth}
             """), outcome="not taken in", says=("line 8", "Middle/Earth")),
)  # fmt: skip
