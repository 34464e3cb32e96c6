"""A report as PDF: Chromium prints the HTML, tagged and with an outline; nothing of the network is asked."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from crawler.chromium import find_chromium
from results.errors import ResultsError
from results.language import N_

_FOOTER = (
    '<div style="width:100%;font:8px sans-serif;padding:0 14mm;text-align:right">'
    '<span class="pageNumber"></span> / <span class="totalPages"></span></div>'
)
_TIME_LIMIT = 120_000
"""Milliseconds; a report of 1,000 institutions takes a few seconds."""


class NoPrinterError(ResultsError):
    """There is no Chromium to print with, or it does not print."""

    remedy = N_(
        "Run `eindekss doctor` to see which Chromium is found, or write --format html and print that."
    )


def print_pdf(html: str, output: Path) -> None:
    """Writes the page as A4 with page numbers.

    Raises:
        NoPrinterError: Chromium is missing or fails.
        OSError: the file can't be written.
    """
    executable = find_chromium(os.environ)
    if executable is None:
        raise NoPrinterError("No Chromium was found to print the report with.")
    output.write_bytes(asyncio.run(_printed(html, executable)))


async def _printed(html: str, executable: Path) -> bytes:
    from playwright.async_api import Error, async_playwright

    async with async_playwright() as playwright:
        try:
            browser = await playwright.chromium.launch(
                executable_path=executable,
                args=["--proxy-server=127.0.0.1:9", "--proxy-bypass-list=<-loopback>"],
            )
            page = await browser.new_page(java_script_enabled=False)
            page.set_default_timeout(_TIME_LIMIT)
            await page.set_content(html)
            data = await page.pdf(
                format="A4",
                print_background=True,
                prefer_css_page_size=True,
                display_header_footer=True,
                header_template="<span></span>",
                footer_template=_FOOTER,
                tagged=True,
                outline=True,
            )
            await browser.close()
        except Error as error:
            raise NoPrinterError(f"Chromium does not print: {str(error).splitlines()[0]}") from error
        return data
