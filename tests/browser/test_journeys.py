"""What people do in the pages, in a real browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import kzgraph
from kzgraph.answers.taking_along.brief_texts import brief_html
from tests.browser.conftest import opened, serving
from tests.conftest import SmallProject
from tests.test_briefs import FIVES, five_answers
from tests.test_site import HOSTILE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Run = Callable[..., tuple[int, str, str]]
KINDS = [
    "index.html",
    "questions.html",
    "question/corridor_partners.html",
    "question/trade_turnover.html",
    "question/freight_volumes.html",
    "question/btc_history.html",
    "question/corridor_path.html",
    "kz/Aktau.html",
    "kz/ZangezurCorridor.html",
    "kz/visits-ilham-aliyev-central-asia.html",
    "kz/ali-2023.html",
    "things.html",
    "documents.html",
    "conflicts.html",
    "timeline.html",
    "map.html",
    "question/war_effects.html",
    "search.html?q=Baku",
    "search.html?q=how%20much%20oil%20went%20through%20BTC%20in%202023",
    "why.html?thing=kz:Kazakhstan&property=kzo:partnerIn&value=kz:MiddleCorridor",
    "sparql.html?query=SELECT%20*%20%7B%20kz%3AAktau%20%3Fp%20%3Fo%20%7D",
    "about.html",
    "kz/nothing.html",
    "ontology/index.html",
]


def test_from_a_name_in_cyrillic_to_a_paragraph(page: Page, live: str) -> None:
    page.goto(live)
    page.fill("#wide", "Центральный коридор")
    page.press("#wide", "Enter")
    page.click("#hits a:text-is('Middle Corridor')")
    assert page.text_content("h1") == "Middle Corridor"
    page.click(".facts sup a >> nth=0")
    note = page.locator(".notes li:target a")
    note.click()
    anchor = page.url.partition("#")[2]
    assert re.fullmatch(r"p\d+", anchor)
    assert page.locator(f"#{anchor} h3").is_visible()
    assert page.locator(f"#{anchor} .facts li").count() > 0


def test_another_corridor_and_another_day(page: Page, live: str) -> None:
    page.goto(f"{live}question/corridor_partners.html")
    usual = page.locator(".headline").first.text_content()
    page.fill("[name=corridor]", "Зангезурский коридор")
    page.click(".ask button")
    assert page.input_value("[name=corridor]") == "Зангезурский коридор"
    assert page.locator(".headline").first.text_content() != usual
    page.fill(".dates [name=as_of]", "2021")
    page.click(".dates button")
    assert "as of 2021" in (page.text_content("[role=status]") or "")
    assert "corridor=" in page.url
    assert "as_of=2021" in page.url
    page.click("header.top a:text-is('Questions')")
    assert page.url.endswith("questions.html?as_of=2021")


def test_a_conflict_shows_both_sides(page: Page, live: str) -> None:
    page.goto(live)
    page.click(".disputes li a >> nth=0")
    section = page.locator(".matter:target")
    section.locator(".clash .side").first.wait_for()
    assert section.locator(".clash").first.locator(".side").count() == 2
    documents = section.locator(".side .quiet a").all_text_contents()
    assert len({d.partition(",")[0] for d in documents}) >= 2


def test_the_csv_is_that_of_the_command_line(page: Page, live: str, run: Run, repository: Path) -> None:
    page.goto(f"{live}question/cpc_shares.html")
    with page.expect_download() as download:
        page.click(".downloads a:text-is('CSV')")
    wanted = run("query", "cpc_shares", "-f", "csv", "--sources")[1]
    assert download.value.path().read_bytes().decode("utf-8") == wanted


def test_with_the_keyboard_alone(page: Page, live: str) -> None:
    page.goto(live)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    page.keyboard.press("/")
    if page.evaluate("document.activeElement.id") != "find":
        page.focus("#find")
    page.keyboard.type("Актау")
    page.locator("#find-found li").first.wait_for()
    page.keyboard.press("ArrowDown")
    assert page.get_attribute("#find", "aria-activedescendant") == "find-found-0"
    page.keyboard.press("Enter")
    page.wait_for_url("**/kz/Aktau.html")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.facts') !== null"):
            break
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).display") != "none"


def test_without_scripts(browser: Browser, live: str) -> None:
    for page in opened(browser, java_script_enabled=False):
        page.goto(f"{live}search.html")
        page.fill("#wide", "Bakou")  # a slip of the pen, which the server forgives
        page.click(".wide button")
        page.click("#hits a:text-is('Baku')")
        assert page.text_content("h1") == "Baku"
        page.goto(f"{live}question/oil_dependence.html")
        page.fill("[name=country]", "Azerbaijan")
        page.click(".ask button")
        assert page.input_value("[name=country]") == "Azerbaijan"


@pytest.mark.parametrize("width", [360, 800])
def test_on_a_phone_nothing_runs_out_of_the_screen(browser: Browser, live: str, width: int) -> None:
    for page in opened(browser, viewport={"width": width, "height": 740}):
        for kind in KINDS:
            page.goto(live + kind)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, kind


@pytest.mark.uncompiled
def test_hostile_labels_do_nothing(browser: Browser, project: SmallProject) -> None:
    label = json.dumps(HOSTILE, ensure_ascii=False)
    project.write("instances/hostile.ttl", f"kz:Bad a kzo:State ; rdfs:label {label}@en ; skos:altLabel {label}@ru .\n")
    for address in serving(project.root):
        for page in opened(browser):
            for path in ("kz/Bad.html", "things.html", "index.html", f"search.html?q={HOSTILE[:40]}"):
                page.goto(address + path)
            page.goto(address)
            page.fill("#find", "alert")
            page.locator("#find-found li").first.wait_for()
            page.keyboard.press("ArrowDown")


def test_the_site_by_double_click(browser: Browser, project: SmallProject, run: Run) -> None:
    assert run("site", "-o", "out")[0] == 0
    for page in opened(browser):
        page.goto((project.root / "out" / "index.html").as_uri())
        page.fill("#wide", "утопия")
        page.press("#wide", "Enter")
        page.click("#hits a >> nth=0")
        assert page.text_content("h1") == "Utopia"
        page.fill("#find", "who is a member of the League, and since when")
        page.press("#find", "Enter")
        page.click("#hits a >> nth=0")
        assert "question/members.html" in page.url
        page.click("header.top a:text-is('Questions')")
        page.click(".cards a >> nth=0")
        assert "League of Examples" in (page.text_content("main") or "")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_stands_in_anybodys_way(browser: Browser, live: str, scheme: str) -> None:
    """What axe-core finds on each kind of page (WCAG 2.1, levels A and AA)."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    options = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}}
    found = []
    for page in opened(browser, color_scheme=scheme):
        for kind in KINDS:
            page.goto(live + kind)
            for violation in axe.Axe().run(page, options=options).response["violations"]:
                if violation["impact"] in {"serious", "critical"}:
                    nodes = [n["html"][:120] for n in violation["nodes"][:2]]
                    found.append(f"{kind}: {violation['id']}: {nodes}")
    assert found == []


def test_the_map_can_be_enlarged_and_is_whole_without(browser: Browser, page: Page, live: str) -> None:
    page.goto(f"{live}map.html")
    whole = page.get_attribute("svg.map", "viewBox")
    page.click("[aria-label='Enlarge the map']")
    assert page.get_attribute("svg.map", "viewBox") != whole
    page.click("[aria-label='The whole map']")
    assert page.get_attribute("svg.map", "viewBox") == whole
    for plain in opened(browser, java_script_enabled=False):
        plain.goto(f"{live}map.html")
        assert plain.locator("svg.map text").count() > 10
        assert plain.locator(".zoom").count() == 0


def test_a_printed_page_has_no_bars_and_forms(browser: Browser, live: str) -> None:
    for page in opened(browser):
        page.goto(f"{live}question/cpc_shares.html")
        page.emulate_media(media="print")
        assert not page.locator("header.top").is_visible()
        assert not page.locator(".ask").is_visible()
        assert page.locator("table.answer").first.is_visible()
        assert page.locator(".citation").is_visible()


def test_on_paper_a_table_is_a_table_and_a_matrix_as_wide_as_the_page(browser: Browser, live: str) -> None:
    for page in opened(browser, viewport={"width": 680, "height": 960}):  # A4 with margins of 15 mm
        page.emulate_media(media="print")
        page.goto(f"{live}question/memberships.html")
        assert page.evaluate("getComputedStyle(document.querySelector('.answer td')).display") == "table-cell"
        assert page.evaluate("document.querySelector('.matrix').getBoundingClientRect().right") <= 680
        page.goto(f"{live}question/organisations_by_document.html")
        assert page.evaluate("document.querySelector('.answer').getBoundingClientRect().right") <= 680


def test_going_back_from_a_day_leaves_its_field_empty(page: Page, live: str) -> None:
    page.goto(f"{live}question/cpc_shares.html")
    page.fill(".dates [name=known_by]", "2022")
    page.click(".dates button")
    assert "No document that was out by 2022" in (page.text_content(".nothing") or "")
    page.go_back()
    assert page.input_value(".dates [name=known_by]") == ""


def test_no_word_of_a_table_is_broken_and_each_mark_stands_beside_its_word(browser: Browser, live: str) -> None:
    lines = """selector => [...document.querySelectorAll(selector)].filter(e => !/\\s/.test(e.textContent.trim()))
        .filter(e => new Set([...e.getClientRects()].map(r => Math.round(r.top))).size > 1).map(e => e.textContent)"""
    apart = """() => [...document.querySelectorAll('.meeting')].filter(e => e.lastElementChild.textContent.trim() &&
        e.firstElementChild.getBoundingClientRect().bottom <= e.lastElementChild.getBoundingClientRect().top).length"""
    for page in opened(browser, viewport={"width": 1440, "height": 900}):
        page.goto(f"{live}question/plans_and_targets.html")
        assert page.evaluate(lines, ".answer td a") == []
        page.goto(f"{live}question/memberships.html")
        assert page.locator(".meeting").count() > 20
        assert page.evaluate(apart) == 0


def test_a_value_that_is_not_taken_leads_back_to_the_question(page: Page, live: str) -> None:
    page.goto(f"{live}question/memberships.html")
    page.fill(".ask [name=as_of]", "yesterday")
    page.click(".ask button")
    page.click("main a:text('Ask again')")
    assert page.url == f"{live}question/memberships.html"


def test_rows_of_one_thing_are_held_together_by_the_lines_between_them(page: Page, live: str) -> None:
    page.goto(f"{live}question/coverage.html")
    page.click(".detail > summary")
    has_line = """() => [...document.querySelectorAll('.detail tbody tr')].map(row => [
        row.nextElementSibling !== null && row.nextElementSibling.querySelector('.again') !== null,
        getComputedStyle(row.cells[0]).borderBottomColor !== 'rgba(0, 0, 0, 0)'])"""
    told = {(bool(goes_on), bool(line)) for goes_on, line in page.evaluate(has_line)}
    assert told == {(True, False), (False, True)}


def test_what_a_short_view_leaves_out_is_one_click_away(page: Page, live: str) -> None:
    page.goto(f"{live}question/btc_history.html")
    assert not page.locator(".detail table").is_visible()
    assert "Only in the detail below" in (page.text_content("ul.remarks") or "")
    page.click(".below a >> nth=0")
    page.locator(".detail table").wait_for()


def test_long_lists_of_facts_are_folded(page: Page, live: str) -> None:
    page.goto(f"{live}kz/MiddleCorridor.html")
    folded = page.locator(".folded").first
    assert not folded.locator(".facts li").first.is_visible()
    folded.locator("summary").click()
    assert folded.locator(".facts li").first.is_visible()


@pytest.mark.parametrize("names", FIVES[:3])
def test_a_brief_of_five_answers_prints_on_two_pages(page: Page, repository: Path, names: str) -> None:
    page.set_content(brief_html(kzgraph.open(repository).brief(five_answers(names))))
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == 2


@pytest.mark.parametrize("width", [390, 820, 1280])
def test_a_brief_does_not_run_out_of_the_screen(browser: Browser, repository: Path, width: int) -> None:
    brief = brief_html(kzgraph.open(repository).brief(five_answers(FIVES[0])))
    for page in opened(browser, viewport={"width": width, "height": 900}):
        page.set_content(brief)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
