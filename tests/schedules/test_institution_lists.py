"""What lists of institutions say: headers in two languages, CSV and workbooks, broken and hostile ones."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from results.registry_records import Entry
from schedules.columns import Column, column
from schedules.errors import InputError
from schedules.institution_views import as_csv
from schedules.institutions import EXAMPLES
from schedules.listing import Listing, for_registry, read_listing
from schedules.sources import read_institutions


def listed(tmp_path: Path, text: str) -> Listing:
    path = tmp_path / "list.csv"
    path.write_text(text, "utf-8")
    return read_listing(path)


def entries(listing: Listing) -> list[Entry]:
    return [row.entry for row in listing.rows]


def said(listing: Listing) -> list[str]:
    return [str(one).rpartition("/")[2] for one in for_registry(listing)[0]]


@pytest.mark.parametrize(
    ("header", "meant"),
    [
        ("Registration_Number", Column("registration_number")),
        ("  REĢISTRĀCIJAS   Nr. ", Column("registration_number")),
        ("Mājaslapa", Column("url")),
        ("website 1", Column("url")),
        ("Website-2", Column("more_urls")),
        ("Citas tīmekļvietnes", Column("more_urls")),
        ("Nosaukums", Column("name")),
        ("resors", Column("sector")),
        ("Known social profiles", Column("social_profiles")),
        ("Pakalpojumu skaits", Column("numbers", "services")),
        ("darbinieki", Column("numbers", "employees")),
        ("number of documents", Column("numbers", "documents")),
        ("Iedzīvotāju skaits", Column("numbers", "iedzivotaju")),
        ("Elektronisko dokumentu īpatsvars, %", Column("numbers", "electronic_documents_share")),
        ("Electronic share of service transactions", Column("numbers", "electronic_transactions_share")),
        ("Pakalpojumu transakciju skaits", Column("numbers", "transactions")),
        ("Tiešsaistes īpatsvars (%)", Column("numbers", "tiessaistes")),
        ("branch_count", Column("numbers", "branch")),
        ("Region", Column("attributes", "region")),
        ("news_days", Column("attributes", "news_days")),
        ("nr", Column("attributes", "nr")),
        ("", Column("")),
    ],
)
def test_headers_are_understood_in_english_and_latvian(header: str, meant: Column) -> None:
    assert column(header) == meant


def test_a_row_with_everything(tmp_path: Path) -> None:
    (entry,) = entries(
        listed(
            tmp_path,
            "Nosaukums;Reģ. nr.;Mājaslapa;Citas vietnes;Segmenti;Atļautie domēni;"
            "Sociālie tīkli;Pakalpojumi;Piezīmes;nr\n"
            "A, SIA;4000 3021 907;a.lv | https://b.lv;c.lv,d.lv;masu|fiziskām personām;X.lv y.lv;"
            "https://facebook.com/a;1 234,5;teksts;7\n",
        )
    )

    assert entry == Entry(
        name="A, SIA",
        registration_number="40003021907",
        websites=("https://a.lv", "https://b.lv", "https://c.lv", "https://d.lv"),
        segments=("masu", "fiziskām personām"),
        allowed_hosts=("x.lv", "y.lv"),
        social_profiles=("https://facebook.com/a",),
        numbers={"services": 1234.5},
        notes="teksts",
        attributes={"nr": "7"},
    )


def test_all_problems_are_told_with_their_cells(tmp_path: Path) -> None:
    listing = listed(
        tmp_path,
        "name,registration number,url,services,kind\n"
        "A,1,not a url,12,x\n"
        ",2,b.lv,many,x\n"
        'C,3,c.lv,"1,234",' + "k" * 65 + "\n"
        "D,1,d.lv,,\n"
        "E,4,e.lv,,,,\n",
    )

    problems, doubts = for_registry(listing)
    places = [one.where.rpartition("list.csv:")[2] for one in problems]
    assert places == ["2:3", "3:4", "3:1", "4:4", "4:5", "5:2", "6:6"]
    assert "write 1234 or 1.234" in str(problems[3])
    assert "'1' stands in line 2 too" in str(problems[5])
    assert "11 digits" in str(doubts[0])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("url\na.lv\n", "has no column 'name'"),
        ("name\n", "holds no institution"),
        ("name,url\n,a.lv\n", "no name"),
    ],
)
def test_a_list_that_names_nobody_is_refused(tmp_path: Path, text: str, message: str) -> None:
    assert message in " ".join(said(listed(tmp_path, text)))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name,url,mājaslapa\nA,a.lv,b.lv\n", ":1:3: the columns 'url' and 'mājaslapa' mean the same"),
        ("name,x,X\nA,1,2\n", ":1:3: the columns 'x' and 'X' mean the same"),
        ("name,\x00\n", "not a text file"),
    ],
)
def test_a_header_that_says_things_twice_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=r".") as caught:
        listed(tmp_path, text)
    assert message in str(caught.value)


def test_the_study_s_list_is_read_as_it_is() -> None:
    listing = read_listing(EXAMPLES["2017"])
    problems, doubts = for_registry(listing)
    found = entries(listing)

    assert (len(found), problems, doubts) == (104, (), ())
    assert sum(one.kind == "ministry" for one in found) == 13
    assert [one.abbreviation for one in found if not one.registration_number] == ["CERT"]
    assert found[3].segments == ("uznemumiem-butiskas",)
    assert found[1].attributes["study_comment"] == "Neiesniedza kontaktpersonu"


def test_a_run_takes_first_websites_and_others_only_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("name,url,website 2\nA,a.lv,b.lv\nB,c.lv,\n")

    assert [one.url for one in read_institutions(path).institutions] == ["https://a.lv", "https://c.lv"]
    every = read_institutions(path, all_websites=True).institutions
    assert [(one.url, one.website_of) for one in every] == [
        ("https://a.lv", ""),
        ("https://b.lv", "https://a.lv"),
        ("https://c.lv", ""),
    ]


texts = st.text("ab=+-@'ā,;\"\t \n", max_size=6).map(str.strip).filter(lambda text: text != "-")
plain_words = st.text("abāē", min_size=1, max_size=5)


@given(
    name=plain_words.map(lambda text: f"={text}"),
    kind=texts.filter(lambda text: not text.startswith("'")),
    number=st.dictionaries(st.sampled_from(["services", "pupils"]), st.integers(0, 10**9).map(float)),
    region=plain_words,
    segments=st.lists(plain_words, unique=True, max_size=2).map(tuple),
)
def test_a_list_that_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    kind: str,
    number: dict[str, float],
    region: str,
    segments: tuple[str, ...],
) -> None:
    entry = Entry(
        name=name,
        kind=kind,
        numbers=number,
        websites=("https://a.lv", "https://b.lv/x?y=1"),
        attributes={"region": region},
        segments=segments,
    )
    path = tmp_path_factory.mktemp("lists") / "list.csv"
    path.write_text(as_csv([entry]), "utf-8", newline="")

    assert entries(read_listing(path)) == [entry]
    assert not any(line.startswith(("=", "+", "@")) for line in path.read_text().splitlines()[1:2])


# Workbooks


def workbook(tmp_path: Path, rows: list[list[object]], name: str = "Saraksts") -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = name
    for row in rows:
        sheet.append(row)
    book.create_sheet("Other").append(["name", "url"])
    path = tmp_path / "list.xlsx"
    book.save(path)
    return path


def test_a_workbook_gives_numbers_and_dates_as_people_read_them(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        [
            [None, None],
            ["Name", "Registration number", "Website", "Employees", "Founded", "Open", "Since"],
            ["A", 90000022632.0, "a.lv", 12.5, date(1991, 5, 4), True, datetime(2020, 1, 2, 3, 4)],  # noqa: DTZ001 - a cell has no zone
            [None],
            ["B", "40003021907", "b.lv", 7, None, False, None],
        ],
    )
    first, second = entries(read_listing(path))

    assert first.registration_number == "90000022632"
    assert first.numbers == {"employees": 12.5}
    assert first.attributes == {"founded": "1991-05-04", "open": "true", "since": "2020-01-02 03:04:00"}
    assert second.numbers == {"employees": 7.0}
    assert [one.line for one in read_listing(path).rows] == [3, 5]


def test_cells_of_a_workbook_are_named_as_there(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        [["name", "url", "services"], ["A", "ftp://a", "=1+1"], ["B", "#N/A", 3], ["C", "c.lv", "x"]],
    )
    places = {one.where.rpartition("!")[2]: one.message for one in for_registry(read_listing(path))[0]}

    assert "formula without a saved value" in places["C2"]
    assert "shows #N/A" in places["B3"]
    assert "no http or https URL" in places["B2"]
    assert "is no number" in places["C4"]


def test_a_formula_has_the_value_that_was_saved_with_it(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["name", "url", "services"], ["A", "a.lv", "=1+1"]])
    forms = (b"<f>1+1</f><v></v>", b"<f>1+1</f><v />", b"<f>1+1</f><v/>")
    assert any(rewritten(path, form, b"<f>1+1</f><v>2</v>") for form in forms)
    listing = read_listing(path)

    assert entries(listing)[0].numbers == {"services": 2.0}
    assert for_registry(listing)[0] == ()


def rewritten(path: Path, old: bytes, new: bytes) -> bool:
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    found = any(old in data for data in parts.values())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in parts.items():
            book.writestr(name, data.replace(old, new))
    return found


def test_the_sheet_can_be_chosen(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["name"], ["A"]])

    assert entries(read_listing(path, "Saraksts"))[0].name == "A"
    assert read_listing(path, "Other").rows == ()
    with pytest.raises(InputError, match=r"no sheet 'None' \(it has Saraksts, Other\)"):
        read_listing(path, "None")
    (tmp_path / "a.csv").write_text("name\nA\n")
    with pytest.raises(InputError, match="only a workbook has sheets"):
        read_listing(tmp_path / "a.csv", "Saraksts")


@pytest.mark.parametrize(
    "data", [b"", b"name,url\nA,a.lv\n", b"PK\x03\x04 cut off", b"\xd0\xcf\x11\xe0 old .xls"]
)
def test_what_is_no_workbook_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"not an \.xlsx workbook"):
        read_listing(path)


def test_a_broken_workbook_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["name"], ["A"]])
    assert rewritten(path, b"</sheetData>", b"<oops>")
    with pytest.raises(InputError, match="not a workbook that can be read"):
        read_listing(path)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book, book.open("xl/big.xml", "w") as part:
        for _ in range(201):
            part.write(b"\0" * 1_000_000)
    with pytest.raises(InputError, match="201 MB unpacked"):
        read_listing(path)


def test_entities_of_a_workbook_read_no_file_and_grow_no_text(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("SECRET")
    path = workbook(tmp_path, [["name"], ["MARK"]])
    declared = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'.encode()
    assert rewritten(path, b"MARK", b"&e;")
    for head in (b"<sst ", b"<worksheet "):
        rewritten(path, head, declared + head)
    try:
        found = entries(read_listing(path))
    except InputError:
        return
    assert "SECRET" not in repr(found)


def test_rows_beyond_what_a_sheet_declares_are_read(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["name"], ["A"], ["B"]])
    assert rewritten(path, b'<dimension ref="A1:A3"', b'<dimension ref="A1:A2"')

    assert [one.name for one in entries(read_listing(path))] == ["A", "B"]


def test_a_sheet_that_is_empty_to_its_end_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["name"], ["A"]])
    assert rewritten(
        path, b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    )
    with pytest.raises(InputError, match="delete the empty ones below the list"):
        read_listing(path)


@given(st.binary(max_size=400))
def test_whatever_is_in_a_file_only_an_input_error_comes_out(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    folder = tmp_path_factory.mktemp("any")
    for name in ("a.csv", "a.xlsx"):
        (folder / name).write_bytes(data)
        try:
            for_registry(read_listing(folder / name))
        except InputError:
            continue
