"""What is wrong with the page a browser shows: asked of the document itself, told in words."""

from __future__ import annotations

from typing import Any

WIDTHS = (1280, 390)
_FAULTS = """() => {
  const found = [], all = (s) => Array.from(document.querySelectorAll(s));
  const name = (n) => n.outerHTML.slice(0, 90);
  const text = (n) => (n.textContent || "").trim();
  const spoken = (n) => text(n) || n.getAttribute("aria-label") || n.title;
  if (!document.documentElement.lang.startsWith("zh")) found.push("html lang is not zh");
  if (!document.title.trim()) found.push("no title");
  const heads = all("h1").length;
  if (heads !== 1) found.push(heads + " h1");
  if (all("main").length !== 1) found.push(all("main").length + " main");
  all("input, select, textarea").forEach((n) => {
    if (["hidden", "submit", "button"].includes(n.type)) return;
    const by = n.getAttribute("aria-labelledby");
    const said = Array.from(n.labels || []).some(text) || n.getAttribute("aria-label")
      || (by && by.split(" ").some((i) => document.getElementById(i)));
    if (!said) found.push("no label: " + name(n));
  });
  all("button, a[href]").forEach((n) => { if (!spoken(n)) found.push("no name: " + name(n)); });
  all("img").forEach((n) => { if (!n.hasAttribute("alt")) found.push("no alt: " + name(n)); });
  all("label[for]").forEach((n) => { if (!n.control) found.push("label of nothing: " + name(n)); });
  const ids = all("[id]").map((n) => n.id);
  new Set(ids.filter((i, n) => ids.indexOf(i) !== n)).forEach((i) => found.push("twice: #" + i));
  if (all("[style], [onclick]").length) found.push("inline style or handler");
  return found;
}"""
_WIDER = """(width) => {
  const most = document.documentElement.scrollWidth;
  if (most <= width) return "";
  const out = Array.from(document.querySelectorAll("body *"))
    .filter((n) => n.getBoundingClientRect().right > width + 1).slice(0, 3)
    .map((n) => n.outerHTML.slice(0, 70));
  return most + " px wide at " + width + ": " + out.join(" | ");
}"""


def page_faults(page: Any) -> list[str]:
    """Missing labels and names, doubled ids, no or several first headings, scrolling sideways."""
    found = list(page.evaluate(_FAULTS))
    now = page.viewport_size["width"]
    # The other width stays: one change a page instead of two.
    for width in (now, *(w for w in WIDTHS if w != now)):
        if width != page.viewport_size["width"]:
            page.set_viewport_size({"width": width, "height": 800})
        if wider := page.evaluate(_WIDER, width):
            found.append(wider)
    return found
