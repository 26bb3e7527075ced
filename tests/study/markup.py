"""HTML as a tree, read strictly: each tag that is opened is closed."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"circle", "input", "link", "meta", "br", "hr", "img", "path", "rect", "use"}


@dataclass
class Element:
    """A tag with its attributes and what is inside it."""

    tag: str
    attributes: dict[str, str | None]
    inside: list["Element | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text inside, with single spaces."""
        return " ".join("".join(item if isinstance(item, str) else f" {item.text} " for item in self.inside).split())

    @property
    def literal(self) -> str:
        """All text inside, as it stands."""
        return "".join(item if isinstance(item, str) else item.literal for item in self.inside)

    def all(self, *tags: str) -> list["Element"]:
        """Return the elements with one of these tags inside this one, in order."""
        found = []
        for item in self.inside:
            if isinstance(item, Element):
                found += [item] * (not tags or item.tag in tags) + item.all(*tags)
        return found

    def with_class(self, name: str) -> list["Element"]:
        """Return the elements of a class inside this one."""
        return [element for element in self.all() if name in (element.attributes.get("class") or "").split()]

    def one(self, name: str) -> "Element":
        """Return the element with an id."""
        (element,) = [element for element in self.all() if element.attributes.get("id") == name]
        return element


class Reader(HTMLParser):
    """Reads a page; a tag that closes another one than the last that was opened is an error."""

    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("document", {})]

    def handle_starttag(self, tag, attributes):
        element = Element(tag, dict(attributes))
        self.open[-1].inside.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attributes):
        self.open[-1].inside.append(Element(tag, dict(attributes)))

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        assert self.open[-1].tag == tag, f"line {self.getpos()[0]}: </{tag}> where <{self.open[-1].tag}> is open"
        self.open.pop()

    def handle_data(self, data):
        self.open[-1].inside.append(data)


def read(text: str) -> Element:
    """Return a page as a tree."""
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert [element.tag for element in reader.open] == ["document"]
    return reader.open[0]
