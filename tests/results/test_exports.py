from __future__ import annotations

import csv
import json
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pyreadstat
import pytest
from rdflib import Graph, Namespace
from rdflib.namespace import RDF

from checks.finding import Outcome
from crawler.evidence import FailureReason
from results.advice import failure_text
from results.document import to_json
from results.exports.bundle import write_bundle
from results.exports.codebook import codes
from results.exports.csv_files import write_answers, write_questionnaire
from results.exports.earl import write_earl
from results.exports.json_file import write_json
from results.exports.parquet import write_parquet
from results.exports.review import HEADS
from results.exports.spss import MOST_LABEL, write_spss
from results.exports.workbook import write_workbook
from results.gate import examine_run
from results.language import Language, speaking
from results.store import Store
from tests.results import samples
from tests.results.exported import HOSTILE, facts, store_with

ROOT = Path(__file__).parents[2]
SITES = 2 + len(HOSTILE)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = store_with(tmp_path_factory.mktemp("hostile"))
    examine_run(store.engine, store.find_run(), samples.FINISHED)
    yield store
    store.close()


@pytest.fixture(scope="module")
def workbook(hostile: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("workbook") / "run.xlsx"
    write_workbook(facts(hostile), path)
    return path


def cells(path: Path) -> Iterator[Any]:
    for sheet in openpyxl.load_workbook(path).worksheets:
        for row in sheet.iter_rows():
            yield from (cell for cell in row if cell.value is not None)


def test_no_cell_of_the_workbook_is_a_formula(workbook: Path) -> None:
    found = list(cells(workbook))
    assert {cell.data_type for cell in found} <= {"s", "n"}
    texts = {cell.value for cell in found}
    assert {HOSTILE[0], "+1", "@SUM(A1)", "abctxt.exe", "line =1+1"} <= texts
    assert max(len(text) for text in texts if isinstance(text, str)) <= 32_767
    with zipfile.ZipFile(workbook) as parts:
        assert not [name for name in parts.namelist() if b"<f>" in parts.read(name)]


def test_the_workbook_has_a_row_of_answers_for_each_institution(workbook: Path) -> None:
    book = openpyxl.load_workbook(workbook)
    answers = book["Answers"]
    head = [cell.value for cell in answers[1]]
    assert answers.max_row == 2 + SITES
    first = {name: cell.value for name, cell in zip(head, answers[3], strict=True)}
    assert first["M08_7"] == "1 jā"
    assert (first["M08_7 outcome"], first["M08_7 confidence"]) == ("passed", 0.9)
    assert first["M08_7 evidence"] == samples.URL
    assert first["M08_7 quote"] == "<a onclick='x()'>Meklēt</a>"
    assert first["K11M_FB"] == "cannot tell"
    assert answers.cell(5, head.index("Another website of") + 1).value == "https://padome.example/"


def test_the_review_sheet_offers_decisions_and_legal_answers(workbook: Path) -> None:
    book = openpyxl.load_workbook(workbook)
    review, lists = book["Review"], book["Lists"]
    assert lists.sheet_state == "hidden"
    assert [cell.value for cell in review[1]][: len(HEADS)] == list(HEADS)
    rules = review.data_validations.dataValidation
    for row in range(2, review.max_row + 1):
        offered = {
            str(cell.coordinate)[0]: rule.formula1
            for rule in rules
            for cell in (review[f"K{row}"], review[f"L{row}"])
            if cell.coordinate in rule.sqref
        }
        code = next(one for one in codes() if one.code == review[f"A{row}"].value)
        assert offered["K"] == '"confirm,overrule,leave open"'
        assert ("L" in offered) == bool(code.legal)
        if code.legal:
            values = [cell.value for cell in lists[offered["L"].removeprefix("=").removeprefix("Lists!")][0]]
            assert values == [*(f"{n} {words}".rstrip() for n, words in code.legal.items()), "no value"]
    assert review.max_row == 1 + SITES * len(codes())


def test_sites_that_were_not_evaluated_stand_with_their_remedy(hostile: Store, tmp_path: Path) -> None:
    with speaking(Language.LV):
        write_workbook(facts(hostile), tmp_path / "lv.xlsx")
    words = failure_text(FailureReason.UNKNOWN_HOST, Language.LV)
    assert words.mend in {cell.value for cell in cells(tmp_path / "lv.xlsx")}


def test_every_format_says_that_a_run_is_not_to_be_published(
    hostile: Store, workbook: Path, tmp_path: Path
) -> None:
    run = facts(hostile).run
    assert run.quality
    assert not run.quality.is_publishable
    assert "Not to be published" in str([cell.value for cell in cells(workbook)])
    write_spss(facts(hostile), tmp_path / "run.sav")
    _, meta = pyreadstat.read_sav(tmp_path / "run.sav", metadataonly=True)
    assert "Nav publicējams" in " ".join(meta.notes), "SPSS is Latvian always"
    write_parquet(facts(hostile), tmp_path / "star")
    (told,) = pq.read_table(tmp_path / "star" / "run.parquet").to_pylist()
    assert told["is_publishable"] is False
    assert "Not to be published" in told["notes"]
    write_json(facts(hostile), hostile, tmp_path / "run.json")
    assert json.loads((tmp_path / "run.json").read_bytes())["run"]["quality"]["publishable"] is False


def read_csv(path: Path) -> list[dict[str, str]]:
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_csv_has_a_row_an_institution_and_no_formula(hostile: Store, tmp_path: Path) -> None:
    write_questionnaire(facts(hostile), tmp_path / "run.csv")
    rows = read_csv(tmp_path / "run.csv")
    assert len(rows) == SITES
    assert rows[0]["M08_7"] == "1"
    assert rows[2]["website_of"] == "https://padome.example/"
    assert rows[2]["institution"].startswith("'=HYPERLINK")
    assert all(cell[:1] not in "=+-@\t\r" for row in rows for cell in row.values() if cell)


def test_csv_of_answers_has_a_row_for_each_code(hostile: Store, tmp_path: Path) -> None:
    write_answers(facts(hostile), tmp_path / "run.csv")
    rows = read_csv(tmp_path / "run.csv")
    assert len(rows) == SITES * len(codes())
    assert {row["change"] for row in rows if row["code"] == "M05"} == {"", "confirmed"}
    assert all(cell[:1] not in "=+-@\t\r" for row in rows for cell in row.values() if cell)


def test_spss_reads_labels_dates_and_three_kinds_of_missing(hostile: Store, tmp_path: Path) -> None:
    write_spss(facts(hostile), tmp_path / "run.sav")
    frame, meta = pyreadstat.read_sav(tmp_path / "run.sav", user_missing=True)
    assert len(frame) == SITES
    assert meta.column_names_to_labels["F13M"].startswith("Latvija.lv maksājumu")
    missing = {97.0: "nevar noteikt", 98.0: "neattiecas", 99.0: "bloķēta vai nav sasniedzama"}
    assert meta.variable_value_labels["M05"] == {1.0: "Ir", 2.0: "Nav"} | missing
    assert meta.missing_ranges["M05"] == [{"lo": n, "hi": n} for n in (97.0, 98.0, 99.0)]
    assert frame["K11M_FB"][0] == 97
    assert frame["M05"][0] == 2
    assert str(frame["K11M_TW_2"][0]) == "2017-11-20"
    assert meta.original_variable_types["K11M_TW_2"] == meta.original_variable_types["K11M_FB_2"] == "EDATE10"
    longest = [
        len(words.encode()) for labels in meta.variable_value_labels.values() for words in labels.values()
    ]
    assert max(longest) <= MOST_LABEL
    assert frame["institution"][2].startswith(HOSTILE[0])


def test_parquet_joins_by_its_keys(hostile: Store, tmp_path: Path) -> None:
    write_parquet(facts(hostile), tmp_path)
    star = {path.stem: pq.read_table(path) for path in tmp_path.iterdir()}
    assert set(star) == {"institution", "run", "answer", "page", "finding"}
    institutions = star["institution"]["institution_id"].to_pylist()
    pages = star["page"]["page_id"].to_pylist()
    assert (len(set(institutions)), len(set(pages))) == (SITES, star["page"].num_rows)
    for name in ("answer", "page", "finding"):
        assert set(star[name]["institution_id"].to_pylist()) <= set(institutions)
        assert set(star[name]["run_id"].to_pylist()) == set(star["run"]["run_id"].to_pylist())
    linked = set(star["finding"]["page_id"].to_pylist()) - {None}
    assert linked
    assert linked <= set(pages)
    assert star["answer"].num_rows == SITES * len(codes())
    assert str(star["answer"].schema.field("value_number").type) == "int32"
    assert str(star["institution"].schema.field("audited_at").type) == "timestamp[us, tz=UTC]"


def test_earl_is_read_as_triples(hostile: Store, tmp_path: Path) -> None:
    earl = Namespace("http://www.w3.org/ns/earl#")
    write_earl(facts(hostile), tmp_path / "run.json")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's own parser uses its old class
        graph = Graph().parse(tmp_path / "run.json", format="json-ld")
    assertions = set(graph.subjects(RDF.type, earl.Assertion))
    assert assertions
    told = {str(one).removeprefix(str(earl)) for one in graph.objects(None, earl.outcome)}
    assert told <= {str(one) for one in Outcome}


def test_json_is_the_document_that_show_prints(hostile: Store, tmp_path: Path) -> None:
    write_json(facts(hostile), hostile, tmp_path / "run.json")
    run = hostile.load_run(hostile.find_run())
    assert json.loads((tmp_path / "run.json").read_bytes()) == json.loads(to_json(run))


def test_a_bundle_links_what_lies_in_it(hostile: Store, tmp_path: Path) -> None:
    write_bundle(facts(hostile), hostile, tmp_path)
    links = {
        str(cell.hyperlink.target).partition("#")[0]
        for cell in cells(tmp_path / "review.xlsx")
        if cell.hyperlink
    }
    pages = {page.name for page in tmp_path.glob("*.html")}
    assert links
    assert links <= pages
    assert len(pages) == SITES


def test_the_command_starts_without_what_it_does_not_need() -> None:
    slow = "pandas pyarrow xlsxwriter openpyxl pyreadstat requests procrastinate psycopg fsspec jinja2"
    code = f"import sys, cli; cli.application(); print(sorted({{*{slow.split()}}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert done.stdout == b"[]\n"
