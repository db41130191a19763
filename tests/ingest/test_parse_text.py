"""Bytes, encodings, quotes and cuts: what is read is all there is, or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from ingest_desk import Desk

from ingest.errors import EncodingError, RecordsError
from ingest.parse_text import write_plain

HEAD = "opportunity_id,name,stage,amount\n"


@pytest.mark.parametrize(
    ("data", "mapping"),
    [
        ((HEAD + "1,Müller,Open,5\n").encode(), {}),
        ((HEAD + "1,Müller,Open,5\n").encode("utf-8-sig"), {}),
        ((HEAD + "1,Müller,Open,5\n").encode("utf-16"), {}),
        ((HEAD + "1,Müller,Open,5\n").encode("utf-16-be"), {"encoding": "utf-16-be"}),
        ((HEAD + "1,Müller,Open,5\n").encode("cp1252"), {"encoding": "cp1252"}),
        ((HEAD + "1,Müller,Open,5\n").encode("utf-8-sig"), {"encoding": "utf-8-sig"}),
    ],
)
def test_every_declared_or_marked_encoding_gives_the_same_text(
    desk: Desk, data: bytes, mapping: dict[str, str]
) -> None:
    """A byte order mark or a declaration decides the encoding; the text is the same in all."""
    assert desk.parse(data, mapping).rows[0]["name"] == "Müller"


def test_an_undeclared_encoding_is_refused_with_what_to_declare(desk: Desk) -> None:
    """Bytes that are not UTF-8 are never guessed."""
    with pytest.raises(EncodingError, match=r"cannot be read.*encoding: cp1252"):
        desk.parse((HEAD + "1,Müller,Open,5\n").encode("cp1252"))


def test_a_mark_against_the_declaration_is_refused(desk: Desk) -> None:
    """The byte order mark of one encoding under the name of another is refused."""
    with pytest.raises(EncodingError, match=r"byte order mark of utf-16-le.*declares utf-8"):
        desk.parse((HEAD + "1,a,Open,5\n").encode("utf-16"), {"encoding": "utf-8"})


def test_zero_bytes_are_refused_with_their_line(desk: Desk) -> None:
    """A zero byte means that this is no plain text."""
    with pytest.raises(EncodingError, match="line 2"):
        desk.parse(HEAD + "1,a\0b,Open,5\n")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_quotes_keep_delimiters_line_breaks_and_doubled_quotes(desk: Desk, newline: str) -> None:
    """Quoted fields hold what they hold, whichever way records end."""
    body = f'1,"a, ""b""\nc",Open,5{newline}2,d,Open,6{newline}'
    parsed = desk.parse(HEAD.replace("\n", newline) + body)
    assert [row["name"] for row in parsed.rows] == ['a, "b"\nc', "d"]


def test_mixed_line_ends_and_blank_lines_lose_nothing(desk: Desk) -> None:
    """Records end with LF or CR LF in one file, and blank lines between them are no records."""
    parsed = desk.parse(HEAD + "1,a,Open,5\r\n\r\n2,b,Open,6\n\n3,c,Open,7\r\n")
    assert [row["opportunity_id"] for row in parsed.rows] == ["1", "2", "3"]


def test_an_unbalanced_quote_is_refused_with_its_line(desk: Desk) -> None:
    """One quote without a partner would swallow the rest of the file."""
    rows = "".join(f'{n},"ok",Open,1\n' for n in range(3, 500))
    with pytest.raises(RecordsError, match="quote in line 3 has no partner"):
        desk.parse(HEAD + '1,"ok",Open,1\n2,"broken,Open,1\n' + rows)


def test_a_stray_quote_inside_a_field_is_refused_with_its_line(desk: Desk) -> None:
    """An inch sign in an unquoted field is such a quote."""
    with pytest.raises(RecordsError, match="quote in line 2"):
        desk.parse(HEAD + '1,19" screen,Open,1\n2,"ok",Open,1\n')


def test_two_stray_quotes_cannot_hide_a_record(desk: Desk) -> None:
    """Where the two counts of records differ, the file is refused."""
    with pytest.raises(RecordsError):
        desk.parse(HEAD + '1,19" screen,Open,1\n2,b,Open,1\n3,21" screen,Open,1\n')


@pytest.mark.parametrize("cut", [len("2,"), len("2,b,Open"), len("2,b,Open,10")])
def test_a_file_cut_in_a_row_is_refused(desk: Desk, cut: int) -> None:
    """Wherever in its last row a file is cut, it is refused."""
    with pytest.raises(RecordsError, match="cut off"):
        desk.parse(HEAD + "1,a,Open,5\n" + "2,b,Open,100"[:cut])


def test_a_file_cut_at_a_line_end_is_left_to_the_gate(desk: Desk) -> None:
    """Nothing in a shorter file tells that it was cut; its keys are compared later."""
    assert desk.parse(HEAD + "1,a,Open,5\n").facts.rows_accepted == 1


def test_a_missing_last_line_break_can_be_declared_normal(desk: Desk) -> None:
    """Editors that write none are a fact of the source."""
    assert desk.parse(HEAD + "1,a,Open,5", {"final_newline": "optional"}).facts.rows_accepted == 1


@pytest.mark.parametrize("row", ["2,b,Open,1,9", "2,b"])
def test_a_row_of_another_width_is_refused_with_its_line(desk: Desk, row: str) -> None:
    """A row with more or fewer fields than the header shifts values; its line is named."""
    with pytest.raises(RecordsError, match="line 4: the record has"):
        desk.parse(HEAD + f'1,"x\ny",Open,5\n{row}\n3,c,Open,1\n')


def test_a_lone_carriage_return_is_refused(desk: Desk) -> None:
    """Old line ends outside quotes would glue rows together."""
    with pytest.raises(RecordsError, match=r"line 2.*carriage return"):
        desk.parse(HEAD + "1,a,Open,5\r2,b,Open,6\n")


def test_an_empty_file_is_refused(desk: Desk) -> None:
    """No byte at all is not an empty export."""
    with pytest.raises(RecordsError, match="empty"):
        desk.parse("")


def test_a_header_alone_is_an_empty_export(desk: Desk) -> None:
    """No rows is a fact that the gate judges."""
    assert desk.parse(HEAD).facts.rows_in == 0


def test_glob_characters_in_a_name_read_that_file_only(desk: Desk) -> None:
    """A file called `a*.csv` does not bring its neighbours along."""
    (desk.folder / "ab.csv").write_text(HEAD + "9,z,Open,1\n")
    assert desk.parse(HEAD + "1,a,Open,5\n", name="a*[b].csv").facts.rows_in == 1


@pytest.mark.parametrize("chunk", [1, 2, 3, 5])
def test_the_plain_copy_does_not_depend_on_where_blocks_end(tmp_path: Path, chunk: int) -> None:
    """Quotes, CR LF and characters of several bytes may fall across the blocks of a read."""
    source = tmp_path / "a.csv"
    source.write_bytes('x,y\r\n1,"é\r\n""ü"""\r\n\r\n2,ß\r\n'.encode())
    text = write_plain(source, tmp_path / "plain", encoding=None, quote='"', name="a.csv", chunk=chunk)
    assert text.path.read_bytes() == 'x,y\n1,"é\r\n""ü"""\n\n2,ß\n'.encode()
    assert (text.records, text.blank_lines, text.ends_in_quote, text.ends_with_newline) == (3, 1, False, True)


@pytest.mark.parametrize("chunk", [1, 2, 7, 1000])
def test_the_line_that_cannot_be_read_does_not_depend_on_where_blocks_end(tmp_path: Path, chunk: int) -> None:
    """Lines are counted only once a byte is wrong, from the beginning."""
    source = tmp_path / "a.csv"
    source.write_bytes("x,y\né,1\n".encode() + b"a,2\n\xff,3\n")
    with pytest.raises(EncodingError, match=r"a\.csv, line 4, is not utf-8: byte 0xff"):
        write_plain(source, tmp_path / "plain", encoding=None, quote='"', name="a.csv", chunk=chunk)
