"""Something else under the name of a CSV file."""

from __future__ import annotations

import gzip
import io
import zipfile

from corpus_case import GOOD, Case, stored


def zipped(name: str, data: bytes) -> bytes:
    """A ZIP archive of one file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return out.getvalue()


CASES = (
    Case(name="login_page", odd="The session had ended: the login page was saved.", data=stored("login_page.html"),
         outcome="quarantined", rule="parse.header", says=("It is a web page, as a log-in or an error is shown",)),
    Case(name="error_page", odd="A server's error page was saved.", data=stored("error_page.html"),
         outcome="quarantined", rule="parse.header", says=("It is a web page, as a log-in or an error is shown",)),
    Case(name="error_as_json", odd="The interface answered with an error.",
         data=b'{"error":{"code":401,"message":"Session expired"}}\n', outcome="quarantined", rule="parse.header",
         says=("It is JSON, and no table",)),
    Case(name="json_as_csv", odd="JSON under the name of CSV.",
         data=b'[{"history_id": "H1", "opportunity_id": "D1"}]\n', outcome="quarantined", rule="parse.header",
         says=("It is JSON, and no table",)),
    Case(name="zip_as_csv", odd="An archive under the name of CSV.", data=zipped("saves.csv", GOOD),
         outcome="quarantined", rule="parse.form", says=("is read as text, and it is", "Rename the file")),
    Case(name="gzip_as_csv", odd="A compressed file under the name of CSV.", data=gzip.compress(GOOD, mtime=0),
         outcome="quarantined", rule="parse.form", says=("is read as text, and it is", "Rename the file")),
    Case(name="excel_as_csv", odd="A workbook under the name of CSV.", data=zipped("[Content_Types].xml", b"<Types/>"),
         outcome="quarantined", rule="parse.form", says=("is read as text, and it is", "Rename the file")),
    Case(name="pdf_as_csv", odd="A report as PDF under the name of CSV.",
         data=b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n",
         outcome="quarantined", rule="parse.form", says=("and it is a PDF",)),
    Case(name="sql_dump_as_csv", odd="A database dump under the name of CSV.",
         data=b"-- MySQL dump 10.13\nINSERT INTO `saves` VALUES ('H1','D1');\n", outcome="quarantined",
         rule="parse.header", says=("line 1: the header misses",)),
    Case(name="git_lfs_pointer", odd="The pointer to a file instead of the file.",
         data=b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n", outcome="quarantined",
         rule="parse.header", says=("line 1: the header misses", "git-lfs")),
)  # fmt: skip
