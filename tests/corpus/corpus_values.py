"""Values that are written otherwise than agreed, or that nobody should write. Twenty good rows stand around each."""

from __future__ import annotations

import re
from typing import Any

from corpus_case import GOOD, HEAD, Case, good_rows

TOLERATED = good_rows(20)


def lone(name: str, odd: str, column: str, value: str, **changes: Any) -> Case:
    """A value that cannot be read: its row is rejected with line, column and value, the rest is taken in."""
    return Case(
        name=name, odd=odd, data=HEAD + TOLERATED + row(**{column: value}), outcome="accepted", rows=(21, 20, 1, 0),
        rejected=((22, column, value),), **changes,
    )  # fmt: skip


def row(**values: str) -> bytes:
    cells = {"history_id": "H1", "opportunity_id": "D1", "changed_date": "2026-01-05", "stage": "Alpha",
             "amount": "1.00", "currency": "EUR", "close_date": "2026-03-01"} | values  # fmt: skip
    return (",".join(f'"{cell}"' if "," in cell else cell for cell in cells.values()) + "\n").encode()


def read(name: str, odd: str, column: str, value: str, became: Any, **changes: Any) -> Case:
    """A value that is odd and right."""
    return Case(name=name, odd=odd, data=HEAD + row(**{column: value}), outcome="accepted", rows=(1, 1, 0, 0),
                holds={column: [became]}, **changes)  # fmt: skip


DAY_FIRST = {"columns": {"history_id": "history_id", "opportunity_id": "opportunity_id",
                         "close_date": {"from": "close_date", "format": "%d/%m/%Y"}},
             "ignore_columns": ["changed_date", "stage", "amount", "currency"]}  # fmt: skip
SALESFORCE = {"columns": {"history_id": {"from": "history_id", "format": "salesforce_id"},
                          "opportunity_id": "opportunity_id"},
              "ignore_columns": ["changed_date", "stage", "amount", "currency", "close_date"]}  # fmt: skip
ACCOUNTS = b"account_id,name,is_deleted\n"

CASES = (
    lone("day_first_undeclared", "A date with the day first, where ISO was agreed.", "close_date", "31/01/2026"),
    lone("month_first_against_the_declaration", "A month first, where the mapping says day first.", "close_date",
         "01/31/2026"),
    Case(name="month_first_declared_day_first", odd="Month-first dates read day-first: those that cannot be are told.",
         data=HEAD + b"".join(row(history_id=f"H{day}", close_date=f"01/{day:02}/2026") for day in (5, 20, 25)),
         maps=DAY_FIRST, outcome="quarantined", rule="rejected_share", rows=(3, 1, 2, 0),
         rejected=((3, "close_date", "01/20/2026"), (4, "close_date", "01/25/2026")),
         says=("a date or number format of the vendor mapping has changed",)),
    lone("impossible_date", "There is no 30th of February.", "close_date", "2026-02-30"),
    lone("zero_date", "MySQL's zero date, which no mapping declared.", "close_date", "0000-00-00"),
    lone("two_digit_year", "A year of two digits.", "close_date", "26-03-01"),
    lone("excel_serial_date", "A date as Excel counts it.", "close_date", "46082"),
    lone("word_for_a_date", "`infinity` is a date for some databases.", "close_date", "infinity"),
    lone("decimal_comma", "A decimal comma where a point was agreed.", "amount", "1234,56"),
    lone("thousands_undeclared", "Thousands separators that nobody declared.", "amount", "1,234.56"),
    lone("currency_sign", "A currency sign in the amount.", "amount", "€100"),
    lone("accountants_negative", "A negative amount in parentheses.", "amount", "(100.00)"),
    lone("underscores_in_a_number", "Underscores, which some languages skip.", "amount", "1_000"),
    lone("nan", "Not a number.", "amount", "NaN"),
    lone("infinite", "Infinity.", "amount", "inf"),
    lone("huge_number", "An amount of forty digits.", "amount", "9" * 40),
    lone("hexadecimal_number", "A hexadecimal number.", "amount", "0x1F"),
    lone("arabic_digits", "Digits of another script.", "amount", "١٢٣"),
    read("scientific_number", "Scientific notation, as spreadsheets write large amounts.", "amount", "1.5E+3", 1500),
    read("negative_amount", "A negative amount is for the KPIs to judge.", "amount", "-100.00", -100),
    read("formula_in_a_cell", "A formula is a text.", "stage", "=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
    read("sql_in_a_cell", "SQL is a text.", "stage", "x'); drop table ledger.loads; --",
         "x'); drop table ledger.loads; --"),
    read("word_null_in_a_text", "`NULL` is a text where the mapping does not call it a sentinel.", "stage", "NULL",
         "NULL"),
    read("right_to_left_override", "A control character that turns the writing direction.", "stage", "a\u202eb",
         "a\u202eb"),
    read("spaces_around_a_value", "Spaces around a value mean nothing.", "stage", "  Alpha  ", "Alpha"),
    read("no_break_space_in_a_text", "No-break spaces belong to a text.", "stage", "\xa0Alpha\xa0", "\xa0Alpha\xa0"),
    lone("no_break_space_in_a_number", "A no-break space as French thousands separator.", "amount", "1\xa0234.00"),
    lone("zero_width_space_in_a_number", "A zero-width space in a number, which cannot be seen.", "amount",
         "1\u200b00"),
    read("leading_zeros", "An id keeps its leading zeros.", "opportunity_id", "000123", "000123"),
    Case(name="currency_in_words", odd="A currency that is no ISO code.", data=HEAD + row(currency="Euro"),
         outcome="quarantined", rule="pattern_currency", rows=(1, 1, 0, 0),
         says=("`currency` does not look as the contract describes it", "record 1", "currency Euro")),
    Case(name="lower_case_currency", odd="A currency in small letters.", data=HEAD + row(currency="eur"),
         outcome="quarantined", rule="pattern_currency", rows=(1, 1, 0, 0), says=("currency eur", "Correct the value")),
    Case(name="probability_1000", odd="1000 is an error and no ten percent.",
         data=b"history_id,opportunity_id,probability\nH1,D1,1000\n", outcome="quarantined",
         rule="rejected_share", rows=(1, 0, 1, 0), rejected=((2, "probability", "1000"),), says=("cannot be read",)),
    Case(name="probability_in_percent", odd="Percent where a fraction was agreed.",
         data=b"history_id,opportunity_id,probability\nH1,D1,75\n", outcome="quarantined",
         rule="range_probability", rows=(1, 1, 0, 0), says=("probability 75",
         "format and unit that the vendor mapping")),
    Case(name="booleans_in_many_words", odd="Every word for true and false that systems write.",
         data=ACCOUNTS + b"".join(f"A{n:02},x,{word}\n".encode() for n, word in enumerate(
             ("true", "TRUE", "Yes", "y", "1", "on", "t", "false", "No", "N", "0", "off", "F", ""))),
         export="crm.accounts", before=ACCOUNTS + b"A99,Before,no\n", outcome="accepted", rows=(14, 14, 0, 0),
         holds={"is_deleted": [True] * 7 + [False] * 6 + [None]}),
    Case(name="boolean_in_odd_words", odd="Words that are neither true nor false.",
         data=ACCOUNTS + b"A1,x,vrai\nA2,x,2\nA3,x,checked\n", export="crm.accounts",
         before=ACCOUNTS + b"A99,Before,no\n",
         outcome="quarantined", rule="rejected_share", rows=(3, 0, 3, 0),
         rejected=((2, "is_deleted", "vrai"), (3, "is_deleted", "2"), (4, "is_deleted", "checked")),
         says=("cannot be read as the types of the contract",)),
    Case(name="salesforce_ids_that_differ_in_case", odd="Ids of 15 characters that differ in case only are two.",
         data=HEAD + row(history_id="0086A00000abcDE") + row(history_id="0086A00000abcde"), maps=SALESFORCE,
         outcome="accepted", rows=(2, 2, 0, 0), holds={"history_id": ["0086A00000abcDEQAY", "0086A00000abcdeQAA"]}),
    Case(name="salesforce_id_of_both_lengths", odd="One id in 15 and in 18 characters is one.",
         data=HEAD + row(history_id="0086A00000abcDE") + row(history_id="0086A00000abcDEQAY"), maps=SALESFORCE,
         outcome="accepted", rows=(2, 1, 0, 1), holds={"history_id": ["0086A00000abcDEQAY"]}),
    Case(name="salesforce_id_in_small_letters", odd="A spreadsheet's look-up has lowered the letters of an id.",
         data=HEAD + re.sub(rb"(?m)^G", b"0086A00000abc", TOLERATED) + row(history_id="0086a00000abcdeqaw"),
         maps=SALESFORCE, outcome="accepted", rows=(21, 20, 1, 0), rule="rows_rejected",
         says=("Look at ledger.rejected_rows",), rejected=((22, "history_id", "0086a00000abcdeqaw"),)),
    Case(name="too_many_unreadable_values", odd="Two of twenty-one rows cannot be read, which is above the tolerance.",
         data=HEAD + good_rows(19) + row(amount="abc") + row(history_id="H2", close_date="soon"),
         outcome="quarantined", rule="rejected_share", rows=(21, 19, 2, 0),
         rejected=((21, "amount", "abc"), (22, "close_date", "soon")),
         says=("rows_in 21, rows_rejected 2", "Look at the rejected rows in the quarantine")),
    Case(name="nothing_but_unreadable_values", odd="A number format changed for the whole file.",
         data=GOOD.replace(b"100.00", b'"100,00"').replace(b"250.50", b'"250,50"'), outcome="quarantined",
         rule="rejected_share", rows=(2, 0, 2, 0), rejected=((2, "amount", "100,00"), (3, "amount", "250,50")),
         says=("rows_in 2, rows_rejected 2",)),
)  # fmt: skip
