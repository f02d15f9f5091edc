"""Scripts that read answers as CSV into SPSS and R, with the words of questions and answers as labels.

Such programs take no hyphens in names, and SPSS no words among numbers: there `dk` and `na` become the user-missing
values -8 and -9.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessor.bank import DONT_KNOW, NOT_APPLICABLE
from assessor.exports.codebook import COLUMNS, MODE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from assessor.bank import Bank, Code, Item

MISSING = {DONT_KNOW: "-8", NOT_APPLICABLE: "-9"}
LABEL, VALUE = 200, 120  # bytes: of a value label SPSS keeps no more, and of a line 256
RESERVED = {"ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH"}


def spss_syntax(bank: Bank, lines: Sequence[Sequence[str]], file: str) -> str:
    """Return SPSS syntax that reads the CSV of these lines, a header first, from a file of this name."""
    header = lines[0]
    items = [bank.item[name] for name in header if name in bank.item]
    rated = [_name(item.id) for item in items if not item.option]
    return "\n".join(
        [
            f"* {bank.title} {bank.edition}: reads {file}; run it in the folder of that file (CD) or write its path.",
            f"GET DATA /TYPE=TXT /FILE={_quoted(file, len(file) * 4)} /ENCODING='UTF8' /DELCASE=LINE /DELIMITERS=\",\"",
            "  /QUALIFIER='\"' /ARRANGEMENT=DELIMITED /FIRSTCASE=2 /VARIABLES=",
            *(f"  {_name(name)} A{_width(bank, name, cells)}" for name, *cells in zip(*lines, strict=True)),
            "  .",
            *_numbers(rated),
            "VARIABLE LABELS",
            *_variable_labels(bank, header),
            "  .",
            *_value_labels("perspective", {p.id: p.name for p in bank.perspectives}),
            *_value_labels("mode", MODE),
            *(line for item in items for line in _value_labels(_name(item.id), _spss_codes(bank, item))),
            *_missing(bank, items),
            "EXECUTE.",
            "",
        ]
    )


def r_script(bank: Bank, lines: Sequence[Sequence[str]], file: str) -> str:
    """Return R that reads the CSV of these lines, a header first, from a file of this name, into `answers`."""
    items = [bank.item[name] for name in lines[0] if name in bank.item]
    return "\n".join(
        [
            f"# {bank.title} {bank.edition}: reads {file}; run it in the folder of that file.",
            f'answers <- read.csv({_string(file)}, check.names = FALSE, colClasses = "character", na.strings = "",',
            '                    encoding = "UTF-8")',
            "labelled <- function(column, codes, labels, question) {",
            "  structure(factor(column, codes, labels), label = question)",
            "}",
            *(_labelled(item.id, bank.codes[item.id], _asked(bank, item)) for item in items),
            "",
        ]
    )


def _width(bank: Bank, name: str, cells: Sequence[str]) -> int:
    """Return how many bytes a column needs for its cells and all its codes, with room for the two of a missing value.

    So the columns of two exports are equally wide wherever they hold codes, and can be merged.
    """
    codes = {"perspective": [p.id for p in bank.perspectives], "mode": [*MODE]}
    known = codes.get(name) or [code.code for code in bank.codes.get(name, ())]
    return max(2, *(len(text.encode()) for text in (*cells, *known)))


def _numbers(rated: Sequence[str]) -> Iterator[str]:
    """Yield what makes numbers of ratings, which were read as text so that no answer is lost."""
    if rated:
        yield "RECODE"
        yield from (f"  {name}" for name in rated)
        yield "  " + " ".join(f"('{code}'='{number}')" for code, number in MISSING.items()) + "."
        yield "ALTER TYPE"
        yield from (f"  {name}" for name in rated)
        yield "  (F2.0)."


def _variable_labels(bank: Bank, header: Sequence[str]) -> Iterator[str]:
    for name in header:
        said = _asked(bank, bank.item[name]) if name in bank.item else COLUMNS[name]
        yield f"  {_name(name)} {_quoted(said, LABEL)}"


def _value_labels(name: str, labels: Mapping[str, str]) -> Iterator[str]:
    yield f"VALUE LABELS {name}"
    yield from (
        f"  {code if code.lstrip('-').isdigit() else _quoted(code)} {_quoted(said, VALUE)}"
        for code, said in labels.items()
    )
    yield "  ."


def _spss_codes(bank: Bank, item: Item) -> dict[str, str]:
    missing = {} if item.option else MISSING
    return {missing.get(code.code, code.code): code.label for code in bank.codes[item.id]}


def _missing(bank: Bank, items: Sequence[Item]) -> Iterator[str]:
    for item in items:
        codes = [code.code for code in bank.codes[item.id] if code.code in MISSING]
        told = [_quoted(code) if item.option else MISSING[code] for code in codes]
        yield f"MISSING VALUES {_name(item.id)} ({', '.join(told)})."


def _asked(bank: Bank, item: Item) -> str:
    return item.wording(bank.broadest.id)


def _name(column: str) -> str:
    """Return a column's name as SPSS takes it; ids have hyphens, and no underscores."""
    return f"{column}_" if column.upper() in RESERVED else column.replace("-", "_")


def _quoted(text: str, most: int = LABEL) -> str:
    """Return a text in the quotes of SPSS, cut off where it takes no more bytes."""
    plain = " ".join(text.split())
    kept = plain.encode()[: most - 3].decode(errors="ignore") + "…" if len(plain.encode()) > most else plain
    return "'" + kept.replace("'", "''") + "'"


def _labelled(name: str, codes: Sequence[Code], question: str) -> str:
    values, labels = (", ".join(map(_string, part)) for part in zip(*((c.code, c.label) for c in codes), strict=True))
    column = f"answers[[{_string(name)}]]"
    return f"{column} <- labelled({column}, c({values}),\n  c({labels}),\n  {_string(question)})"


def _string(text: str) -> str:
    """Return a text as R reads it under every locale."""
    plain = (c if c.isprintable() and c.isascii() and c not in '"\\' else _escaped(c) for c in text)
    return f'"{"".join(plain)}"'


def _escaped(character: str) -> str:
    number = ord(character)
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
