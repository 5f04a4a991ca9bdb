"""Sanctions lists as XML: the UN's consolidated list, the EU's consolidated file, OFAC's SDN list.

Files with a document type are refused before they are parsed: it is what entities that blow up are declared in. So are
files in UTF-16 or UTF-32, where it could not be seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from homeground.errors import BadInput, message
from homeground.sources.sanctions_names import US_DAYS, Entry, Kind, NameKind, day, tidy

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

DOCTYPE_WITHIN: Final = 1_000_000
UN_NAMES: Final = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
OFAC_KINDS: Final[dict[str, Kind]] = {
    "Individual": "person",
    "Entity": "organisation",
    "Vessel": "vessel",
    "Aircraft": "aircraft",
}


def united_nations(path: Path) -> Iterator[Entry]:
    """Read the UN's consolidated list: INDIVIDUAL and ENTITY with their aliases; QUALITY Low is a weak alias."""
    published = ""
    for element in _elements(path, "CONSOLIDATED_LIST", ("INDIVIDUAL", "ENTITY")):
        if _tag(element) == "CONSOLIDATED_LIST":
            published = day(element.get("dateGenerated"))
            continue
        person = _tag(element) == "INDIVIDUAL"
        entry_id = _text(element, "REFERENCE_NUMBER") or _text(element, "DATAID")
        programme, listed = _text(element, "UN_LIST_TYPE"), day(_text(element, "LISTED_ON"))
        names: list[tuple[str, NameKind]] = [
            (tidy(" ".join(_text(element, name) for name in UN_NAMES)), "main"),
            (_text(element, "NAME_ORIGINAL_SCRIPT"), "alias"),
        ]
        aliases = _all(element, "INDIVIDUAL_ALIAS" if person else "ENTITY_ALIAS")
        names += [
            (_text(each, "ALIAS_NAME"), "weak" if _text(each, "QUALITY") == "Low" else "alias") for each in aliases
        ]
        for name, name_kind in names:
            if name:
                yield Entry(
                    entry_id, name, name_kind, "person" if person else "organisation", programme, listed, published
                )


def european_union(path: Path) -> Iterator[Entry]:
    """Read the EU's consolidated file: sanctionEntity with nameAlias; the first name is the main one."""
    published = ""
    for element in _elements(path, "export", ("sanctionEntity",)):
        if _tag(element) == "export":
            published = day(element.get("generationDate"))
            continue
        subject = next(_all(element, "subjectType"), None)
        person = subject is not None and "person" in (subject.get("code"), subject.get("classificationCode"))
        regulation = next(_all(element, "regulation"), None)
        programme = tidy(regulation.get("programme")) if regulation is not None else ""
        listed = day(regulation.get("publicationDate")) if regulation is not None else ""
        for place, alias in enumerate(_all(element, "nameAlias")):
            name = tidy(alias.get("wholeName"))
            weak = alias.get("strong") == "false"
            if name:
                yield Entry(
                    tidy(element.get("logicalId")),
                    name,
                    "weak" if weak else "alias" if place else "main",
                    "person" if person else "organisation",
                    programme,
                    listed,
                    published,
                )


def ofac(path: Path) -> Iterator[Entry]:
    """Read OFAC's sdn.xml: sdnEntry with akaList; the category weak is a weak alias."""
    published = ""
    for element in _elements(path, "sdnList", ("sdnEntry", "publshInformation")):
        if _tag(element) == "publshInformation":
            published = day(_text(element, "Publish_Date"), US_DAYS)
        if _tag(element) != "sdnEntry":
            continue
        kind = OFAC_KINDS.get(_text(element, "sdnType"), "other")
        programme = ", ".join(tidy(each.text) for each in element.iter() if _tag(each) == "program")
        names: list[tuple[str, NameKind]] = [(_person_name(element), "main")]
        aliases = (each for each in element.iter() if _tag(each) == "aka")
        names += [(_person_name(each), _alias_kind(_text(each, "category") == "weak")) for each in aliases]
        for name, name_kind in names:
            if name:
                yield Entry(_text(element, "uid"), name, name_kind, kind, programme, "", published)


def _alias_kind(weak: bool) -> NameKind:
    return "weak" if weak else "alias"


def _person_name(element: Element) -> str:
    last, first = _text(element, "lastName"), _text(element, "firstName")
    return f"{last}, {first}" if last and first else last or first


def _elements(path: Path, root: str, wanted: tuple[str, ...]) -> Iterator[Element]:
    """Yield the root as it opens, then each wanted element when it is whole; the tree is let go as it is read."""
    from xml.etree.ElementTree import ParseError, iterparse

    with path.open("rb") as handle:
        head = handle.read(DOCTYPE_WITHIN).upper()
    if b"\0" in head:
        raise _refused(path, "bytes of value 0, as in UTF-16", "UTF-8")
    if b"<!DOCTYPE" in head:
        raise _refused(path, "a document type", root)
    top: Element | None = None
    try:
        for event, element in iterparse(path, events=("start", "end")):  # noqa: S314 - no document type, see above
            if top is None:
                top = element
                if _tag(element) != root:
                    raise _refused(path, f"<{_tag(element)}>", f"<{root}>")
                yield element
            elif event == "end" and _tag(element) in wanted:
                yield element
                top.clear()
    except (ParseError, ValueError, LookupError) as error:  # of an encoding that expat has not: no ParseError
        raise _refused(path, str(error), "well-formed XML") from error


def _tag(element: Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def _all(element: Element, tag: str) -> Iterator[Element]:
    return (child for child in element if _tag(child) == tag)


def _text(element: Element, tag: str) -> str:
    return next((tidy(child.text) for child in _all(element, tag)), "")


def _refused(path: Path, found: str, expected: str) -> BadInput:
    do = "check that this is the publisher's file, whole"
    what = "the list is not in its publisher's layout"
    return BadInput(message(what, where=str(path), found=found, expected=expected, do=do))
