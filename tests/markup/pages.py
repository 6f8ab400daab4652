"""Pages taken apart, as a browser does, to say what is in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

__all__ = ["Element", "parsed"]


@dataclass
class Element:
    """An element of a page."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    contents: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text in it, in order."""
        return "".join(part if isinstance(part, str) else part.text for part in self.contents)

    def walk(self) -> Iterator[Element]:
        """Itself and all elements in it, in the order of the page."""
        yield self
        for part in self.contents:
            if isinstance(part, Element):
                yield from part.walk()

    def all(self, *tags: str, class_: str = "") -> list[Element]:
        """The elements in it of these tags, of a class if one is given."""
        return [
            found
            for found in self.walk()
            if found.tag in tags
            and (not class_ or class_ in found.attributes.get("class", "").split())
        ]

    def one(self, tag: str, class_: str = "") -> Element:
        """The only element in it of a tag."""
        (found,) = self.all(tag, class_=class_)
        return found

    def with_id(self, name: str) -> Element:
        """The only element in it with an id."""
        (found,) = [found for found in self.walk() if found.attributes.get("id") == name]
        return found


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("page")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"{tag} says an attribute twice: {names}"
        found = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].contents.append(found)
        self.open.append(found)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes {self.open[-1].tag}"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].contents.append(data)


def parsed(page: str) -> Element:
    """The page as a tree; every element in it is closed where it must be."""
    parser = _Parser()
    parser.feed(page)
    parser.close()
    (root,) = parser.open
    return root
