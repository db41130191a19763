"""The text of a proposed mapping: YAML that the loader takes, with a comment on each line to look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from ingest.mapping import AS_OF_PLACE
from ingest.parse_text import DELIMITERS
from ingest.proposal import FileProposal, Proposal
from ingest.proposal.exports import LEAST_FIT
from ingest.proposal.lines import Line, scalar

SCHEMA = "vendor.schema.json"


def mapping_text(proposal: Proposal) -> str:
    """The whole file. `# question` lines wait for an answer, `# unsure` ones for a look."""
    mapped = [file for file in proposal.files if file.candidate is not None]
    ignored = [file for file in proposal.files if file.candidate is None]
    return "\n".join(
        [
            f"# yaml-language-server: $schema={SCHEMA}",
            "# Proposed from the headers and values of the files. Look at the lines marked `unsure`, answer those",
            "# marked `question`; a line that begins with # counts once that mark is taken away.",
            f"vendor: {scalar(proposal.vendor)}",
            *(["files:"] if mapped else []),
            *(line for file in mapped for line in (*_file(file), "")),
            *(["ignore_files:"] if ignored else []),
            *(_ignored(file) for file in ignored),
        ]
    ).rstrip() + "\n"  # fmt: skip


def file_lines(file: FileProposal) -> Iterator[Line]:
    """What the entry says of the file as a whole."""
    sample = file.sample
    yield from _as_of(file)
    if file.rivals:
        others = ", ".join(f"{each.contract.name} ({each.fit:.2f})" for each in file.rivals)
        assert file.candidate is not None
        said = f"taken for {file.candidate.contract.name} ({file.candidate.fit:.2f}); it could also be {others}."
        yield Line(text="unsure: " + said, about="exports", kind="unsure", is_active=False)
    for doubt in sample.doubts:
        yield Line(text=f"{doubt}.", about="file", kind="unsure")
    if sample.encoding is not None:
        yield Line(text=f"encoding: {sample.encoding}", about="encoding", kind="unsure", note="UTF-8 does not read it")
    if sample.delimiter not in DELIMITERS:
        yield Line(text=f"delimiter: {scalar(sample.delimiter)}", about="delimiter")
    if not sample.quote:
        yield Line(text='quote: ""', about="quote", kind="unsure", note="a quote in the file has no partner")
    if not sample.final_newline:
        note = "the last line does not end: is the file whole? If this system always writes so, it stays"
        yield Line(text="final_newline: optional", about="final_newline", kind="unsure", note=note)


def _as_of(file: FileProposal) -> Iterator[Line]:
    name = file.name
    if name.written is not None:
        if name.written != "%Y-%m-%d":
            yield Line(text=f"as_of: {{file_name: {scalar(name.written)}}}", about="as_of")
        return
    stem, dot, suffix = file.sample.path.name.rpartition(".")
    better = f"{stem}_{AS_OF_PLACE}{dot}{suffix}"
    said = f"{file.as_of} is {file.as_of_from}" if file.as_of_from != "today" else f"{file.as_of} is only today"
    if name.choices:
        said = f"the name has a date, but which number is the day: {' or '.join(name.choices)}? {said}"
    note = f"as of which day does the file speak? {said}. If new ones will come, date their names: pattern {better}"
    yield Line(text=f"as_of: {{fixed: {file.as_of}}}", about="as_of", kind="question", note=note)


def _file(file: FileProposal) -> Iterator[str]:
    assert file.candidate is not None
    yield f"  - pattern: {scalar(file.name.pattern)}"
    yield from _written(file_lines(file), 4)
    if file.known is not None:
        yield (
            f"    # The built-in mapping {file.known.vendor} reads these headers as {file.known.pattern}:"
            f" `extends: {file.known.vendor}` may do."
        )
    yield "    exports:"
    yield f"      {file.candidate.contract.name}:"
    yield from (f"        {key}: {scalar(value)}" for key, value in file.sample.where)
    if file.candidate.contract.mode == "snapshot":
        yield f"{' ' * 8}# mode: delta  # where a file holds only what changed; a snapshot closes what it does not hold"
    yield from _written(file.export_lines, 8)
    active = [line for line in file.column_lines if line.is_active]
    yield "        columns:" if active else "        columns: {}"
    yield from _written(file.column_lines, 10)


def _written(lines: Iterable[Line], indent: int) -> Iterator[str]:
    for line in lines:
        marked = f"{line.kind}: {line.note}" if line.kind else line.note
        is_remark = not line.about or line.about == "file"
        before = "" if line.is_active and not is_remark else "# "
        yield " " * indent + before + line.text + (f"  # {' '.join(marked.split())}" if line.note else "")


def _ignored(file: FileProposal) -> str:
    return f"  - {scalar(file.name.pattern.replace(AS_OF_PLACE, '*'))}  # {why_no_export(file)}"


def why_no_export(file: FileProposal) -> str:
    """Why a file is proposed to be ignored."""
    near = file.nearest
    if near is None or not near.fit:
        return "fits no export"
    if near.fit >= LEAST_FIT:
        return f"looks like {near.contract.name} too, which another file feeds already"
    return f"fits no export; the nearest is {near.contract.name} ({near.fit:.2f} of 1, {LEAST_FIT} is needed)"


def schema_path(mapping: Path) -> Path:
    """Where the JSON Schema lies that the file's first line points to."""
    return mapping.with_name(SCHEMA)
