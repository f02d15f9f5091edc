"""A report that comes back is taken at its word only where its pages, its figures and its seal agree."""

import io
import re
import subprocess
import sys
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, NameObject, NumberObject, StreamObject

from assessor.bank import Bank
from assessor.cli import main
from assessor.pdf import Renderer, take_in
from assessor.pdf.archive import sealed
from assessor.pdf.attachments import NAME
from assessor.received import CHANGED, OTHER_VERSION, misprints, receive, repeats, verify
from assessor.record import Record, RecordError
from assessor.report import ComparisonReport, compare_bases, lay_out
from tests.papers import report
from tests.test_record import crowd
from tests.verapdf import ARCHIVE, failures

DIGIT = re.compile(rb"<([0-9a-f]{4})> <(003[0-9])>")


@pytest.fixture(scope="module")
def group(bank: Bank, renderer: Renderer) -> bytes:
    """The report of a group."""
    return renderer.assessment(crowd(bank, 1))


@pytest.fixture(scope="module")
def single(bank: Bank, renderer: Renderer) -> bytes:
    """The report of one person."""
    return renderer.assessment(report(bank))


def edited(pdf: bytes, edit: Callable[[PdfWriter], object]) -> bytes:
    """Return a PDF after somebody worked on it with another tool."""
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    edit(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def attachment(writer: PdfWriter) -> StreamObject:
    """Return the stream of the attached result."""
    names: Any = writer.root_object["/Names"]
    file = names["/EmbeddedFiles"]["/Names"][1].get_object()
    found: StreamObject = file["/EF"]["/F"].get_object()
    return found


def with_result(pdf: bytes, text: bytes) -> bytes:
    """Return a PDF with another text as its result."""
    return edited(pdf, lambda writer: attachment(writer).set_data(text))


def one_digit(writer: PdfWriter) -> None:
    """Change one digit that is printed on the second page."""
    page: Any = writer.pages[1]
    before, stream = page.extract_text(), page["/Contents"].get_object()
    data = stream.get_data()
    for font in page["/Resources"]["/Font"].values():
        glyphs = [glyph for glyph, _ in DIGIT.findall(font.get_object()["/ToUnicode"].get_object().get_data())]
        for place in digits(data, glyphs)[:5]:
            other = next(glyph for glyph in glyphs if glyph != data[place : place + 4])
            stream.set_data(data[:place] + other + data[place + 4 :])
            after = page.extract_text()
            apart = [a + b for a, b in zip(before, after, strict=False) if a != b]
            if len(before) == len(after) and len(apart) == 1 and apart[0].isdigit():
                return
    raise AssertionError("there is no digit to change")


def digits(data: bytes, glyphs: list[bytes]) -> list[int]:
    """Return where digits stand among what is drawn."""
    texts = re.finditer(rb"<((?:[0-9a-f]{4})+)>", data)
    places = (place for text in texts for place in range(text.start(1), text.end(1), 4))
    return [place for place in places if data[place : place + 4] in glyphs]


def unsealed(text: bytes) -> bytes:
    """Return a result without its seal."""
    return re.sub(rb',"seal":"[0-9a-f]{64}"', b"", text)


def forged(writer: PdfWriter) -> None:
    """Seal a PDF again after a change, as somebody would who knows how."""
    pages: list[Any] = list(writer.pages)
    found = attachment(writer)
    found.set_data(sealed(unsealed(found.get_data()), [p["/Contents"].get_object().get_data() for p in pages]))


def command(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False)


# Whether a report agrees with itself


@pytest.mark.parametrize("edition", ["report", "board", "easy"])
def test_an_untouched_report_agrees_with_itself_after_another_tool_saved_it_too(
    bank: Bank, renderer: Renderer, edition: Any
) -> None:
    made = renderer.assessment(crowd(bank, 1), edition)

    for pdf in (made, edited(made, lambda _: None)):
        found = verify(bank, receive(pdf, "a.pdf", words=True), renderer)
        assert (found.faults, found.remarks) == ((), ())


def test_a_changed_digit_of_a_page_is_found_even_under_a_forged_seal(
    bank: Bank, renderer: Renderer, group: bytes
) -> None:
    changed = edited(group, one_digit)
    resealed = edited(changed, forged)

    first, second = (verify(bank, receive(p, "a.pdf", words=True), renderer).faults for p in (changed, resealed))
    assert first[0] == CHANGED
    (said,) = second
    assert first[1:] == second
    assert re.fullmatch(r"Page 2 prints “\S*\d\S*”; the attached result makes “\S*\d\S*”\.", said)


def test_a_changed_digit_of_the_result_is_found(group: bytes) -> None:
    text = take_in(group).text
    places = [m.start() for m in re.finditer(rb"\d", text[: text.index(b'"seal"')])]
    for place in places[:: len(places) // 10]:
        other = text[:place] + (b"1" if text[place : place + 1] != b"1" else b"2") + text[place + 1 :]

        assert not take_in(with_result(group, other)).intact


def test_a_result_with_other_answers_is_found_by_the_words_even_under_a_forged_seal(
    bank: Bank, renderer: Renderer, single: bytes
) -> None:
    other = renderer.assessment(crowd(bank, 2))
    swapped = with_result(single, take_in(other).text)
    resealed = edited(swapped, forged)

    first, second = (verify(bank, receive(p, "a.pdf", words=True), renderer).faults for p in (swapped, resealed))
    assert first[0] == CHANGED
    assert second[0].startswith("The PDF has ")
    assert len(second) > 10


def test_pages_of_another_version_are_held_against_their_seal_alone(
    bank: Bank, renderer: Renderer, single: bytes
) -> None:
    found = receive(single, "a.pdf", words=True)
    assert isinstance(found.record, Record)
    assert found.record.made
    made = found.record.made.model_copy(update={"imprint": "0" * 64})
    older = replace(found, record=found.record.model_copy(update={"made": made}))

    assert verify(bank, older, renderer).remarks == (OTHER_VERSION,)
    assert verify(bank, replace(older, intact=False), renderer).faults == (CHANGED,)


def test_words_that_moved_to_another_page_are_told() -> None:
    assert list(misprints(["a 5 b", "c"], ["a 6 b", "c"])) == ["Page 1 prints “5”; the attached result makes “6”."]
    assert len(list(misprints(["a"], ["a", "b"]))) == 2


def test_the_command_says_whether_all_agrees(bank: Bank, single: bytes, tmp_path: Path) -> None:
    files = {"good.pdf": single, "bad.pdf": edited(single, one_digit), "none.pdf": b"no pdf at all"}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    good, bad, none = (command("verify", tmp_path / name) for name in files)
    foreign = command("verify", tmp_path / "good.pdf", "--bank", "tests/banks/garden")

    assert (good.exit_code, bad.exit_code, none.exit_code, foreign.exit_code) == (0, 1, 2, 1)
    assert good.stdout.startswith(f"All agrees: {len(report(bank).items)} questions and ")
    assert bad.stdout.startswith(CHANGED)
    assert none.stderr == f"assessor: {tmp_path / 'none.pdf'}: This is not a PDF.\n"
    assert "name the folder of its bank with --bank" in foreign.stdout


def test_the_attachment_is_an_associated_file_and_the_pdf_fit_for_archives(single: bytes, group: bytes) -> None:
    root: Any = PdfReader(io.BytesIO(group)).root_object
    (file,) = root["/AF"]

    assert file.get_object()["/AFRelationship"] == "/Data"
    assert file.get_object()["/UF"] == NAME
    assert file.get_object()["/Desc"]
    assert file.get_object()["/EF"]["/F"]["/Subtype"] == "/application/json"
    for pdf in (single, group):
        broken, checks = failures(pdf, ARCHIVE)
        assert broken == []
        assert checks > 1000


# Two reports compared


def test_two_reports_compare_as_the_answers_behind_them_would(bank: Bank, renderer: Renderer) -> None:
    early = crowd(bank, 1)
    late = crowd(bank, 3)
    later = replace(late.basis, occasion=replace(late.basis.occasion, wave="Half a year on", date="2026-09-12"))
    pdfs = [renderer.assessment(lay_out(bank, told)) for told in (later, early.basis)]

    found = repeats(bank, [receive(pdf, "a.pdf") for pdf in pdfs]).said
    assert found == compare_bases(bank, early.basis, later)
    assert isinstance(found, ComparisonReport)
    assert found.rows


def test_one_person_s_reports_compare_answer_by_answer(bank: Bank, renderer: Renderer) -> None:
    early, late = report(bank).basis, report(bank, dk=0.3).basis
    later = replace(late, occasion=replace(late.occasion, wave="Later", date="2026-09-12"))
    pdfs = [renderer.assessment(lay_out(bank, told)) for told in (early, later)]
    found = repeats(bank, [receive(pdf, "a.pdf") for pdf in pdfs]).said

    assert found == compare_bases(bank, early, later)
    assert isinstance(found, ComparisonReport)
    assert any(move.before and move.after for move in found.up)


def test_reports_that_cannot_be_compared_are_refused(
    bank: Bank, garden: Bank, renderer: Renderer, single: bytes, group: bytes
) -> None:
    told = report(bank).basis
    other = lay_out(bank, replace(told, occasion=replace(told.occasion, service="Southside Team")))
    elsewhere = renderer.assessment(other)
    foreign = renderer.assessment(report(garden, ("beds",)))
    changed = edited(single, one_digit)
    for pair, said in (
        ((single, elsewhere), "different services, “Northside Team” and “Southside Team”"),
        ((single, group), "answered in one way"),
        ((single, single), "The same report was given twice"),
        ((single, foreign), "of one question bank"),
        ((foreign, renderer.assessment(report(garden, ("beds",), dk=1))), "name the folder of its bank"),
        ((single, changed), "The report “First” cannot be used. The attached result or a page was changed"),
    ):
        with pytest.raises(RecordError, match=re.escape(said)):
            repeats(bank, [receive(pdf, "a.pdf") for pdf in pair])


def test_the_command_compares_two_pdfs(bank: Bank, renderer: Renderer, single: bytes, tmp_path: Path) -> None:
    told = report(bank, dk=0, blank=0).basis
    later = lay_out(bank, replace(told, occasion=replace(told.occasion, wave="Later", date="2026-09-01")))
    (tmp_path / "a.pdf").write_bytes(renderer.assessment(later))
    (tmp_path / "b.pdf").write_bytes(single)
    done = command("compare", tmp_path / "a.pdf", tmp_path / "b.pdf", "-o", tmp_path / "out.pdf")
    mixed = command("compare", tmp_path / "a.pdf", "b.csv", "-o", tmp_path / "out.pdf")

    assert done.exit_code == 0
    assert "Later" in PdfReader(tmp_path / "out.pdf").pages[0].extract_text()
    assert (mixed.exit_code, mixed.stderr) == (
        2,
        "assessor: Name 2 to 12 PDF reports to compare, or two CSV files or ids of assessments.\n",
    )


# What does harm, or is no report


def blank(edit: Callable[[PdfWriter], object] = lambda _: None, pages: int = 1) -> bytes:
    """Return a PDF that is no report."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(100, 100)
    edit(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def bomb(stream: StreamObject) -> None:
    """Let a stream unpack to 300 MB."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(10**6)) for _ in range(300)) + packer.flush()
    stream._data = packed
    stream[NameObject("/Filter")] = NameObject("/FlateDecode")


def nested(writer: PdfWriter) -> None:
    """Put 5,000 arrays into each other."""
    stream = DecodedStreamObject()
    stream.set_data(b"[" * 5000 + b"]" * 5000)
    writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)


def circle(writer: PdfWriter) -> None:
    """Let the tree of pages bite its own tail."""
    pages: Any = writer.root_object["/Pages"]
    pages[NameObject("/Kids")] = ArrayObject([writer.root_object.raw_get("/Pages")])


def crowded(writer: PdfWriter) -> None:
    """Add more objects than any report has."""
    for _ in range(100_001):
        writer._add_object(NumberObject(1))


def test_foreign_damaged_encrypted_and_bomb_like_pdfs_are_refused_with_a_sentence(single: bytes) -> None:
    no, damaged, large = "it carries no result", "damaged", "unpacks to far more"
    locked = edited(single, lambda writer: writer.encrypt("secret", algorithm="RC4-128"))
    deep = b'{"format":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    for name, pdf, said in (
        ("empty", b"", "not a PDF"),
        ("text", b"person,perspective\n", "not a PDF"),
        ("head only", b"%PDF-1.7\n", damaged),
        ("half", single[: len(single) // 2], "damaged|carries no result"),
        ("no xref", single.replace(b"startxref", b"startxxxx"), "damaged|carries no result|unpacks"),
        ("foreign", blank(), no),
        ("another attachment", blank(lambda w: w.add_attachment("other.json", b"{}")), no),
        ("two results", edited(single, lambda w: w.add_attachment(NAME, b"{}")), no),
        ("not JSON", with_result(single, b"{"), "cannot be read"),
        ("not UTF-8", with_result(single, b"\xff\xfe"), damaged),
        ("deep JSON", with_result(single, deep), "cannot be read"),
        ("encrypted", locked, "encrypted"),
        ("bomb attached", edited(single, lambda w: bomb(attachment(w))), large),
        ("bomb on a page", edited(single, lambda w: bomb(w.pages[0]["/Contents"].get_object())), large),  # type: ignore[arg-type]
        ("many pages", edited(single, lambda w: [w.add_blank_page(9, 9) for _ in range(501)]), "more than 500 pages"),
        ("many objects", edited(single, crowded), large),
        ("circle", edited(single, circle), damaged),
        ("large", single + bytes(20_000_001), "too large: a report has no more than 20 MB"),
        ("huge", bytes(100_000_000), "too large"),
    ):
        with pytest.raises(RecordError, match=said):
            receive(pdf, f"{name}.pdf")


def test_what_takes_too_long_or_too_much_memory_is_given_up(single: bytes) -> None:
    with pytest.raises(RecordError, match=r"given up after 0\.01 seconds"):
        take_in(single, seconds=0.01)
    greedy = "from assessor.pdf import scanner; scanner.confine(); bytearray(600 * 2**20)"
    done = subprocess.run([sys.executable, "-c", greedy], capture_output=True, text=True, check=False)
    assert done.stderr.endswith("MemoryError\n")


def test_a_nest_of_arrays_on_a_page_is_words_that_differ_and_nothing_worse(single: bytes) -> None:
    found = take_in(edited(single, nested), words=True)

    assert not found.intact
