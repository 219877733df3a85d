"""Python: the lists in setup.py, which is searched and not run, and conda environments."""

from collections.abc import Iterator, Mapping

from app.readiness.formats.manifests.dependency import Dependency
from app.readiness.formats.manifests.python import requirement, requirements
from app.readiness.formats.parsed import yaml_documents
from app.readiness.formats.source import Source
from app.readiness.patterns import compile_pattern

_LIST = r"\b(install_requires|tests_require|setup_requires)\s*=\s*\[((?:[^\]\"'#]|\"[^\"\n]*\"|'[^'\n]*'|#[^\n]*\n)*)"
_TEXT = r"#[^\n]*|\"([^\"\n]*)\"|'([^'\n]*)'"


def read_setup_py(source: Source) -> Iterator[Dependency]:
    """The requirements that are written out as texts."""
    for found in compile_pattern(_LIST).finditer(source.content):
        for text in compile_pattern(_TEXT).finditer(found.group(2)):
            words = text.group(1) or text.group(2)
            line = source.line_of(found.start(2) + text.start())
            one = requirement(words.decode(errors="replace"), line) if words else None
            if one:
                yield Dependency("pypi", one.name, one.version, line, found.group(1) != b"install_requires")


def read_environment(source: Source) -> Iterator[Dependency]:
    """Packages of conda by the names they have there, and those of pip below them."""
    for document in source.parse(yaml_documents):
        stated = document.value.get("dependencies") if isinstance(document.value, Mapping) else None
        for index, item in enumerate(stated if isinstance(stated, list) else []):
            if isinstance(item, Mapping):
                yield from requirements(item.get("pip"))
            elif isinstance(item, str):
                one = requirement(item.rpartition("::")[2])
                if one:
                    line = document.place(("dependencies", index))[0]
                    yield Dependency("pypi", one.name, one.version.lstrip("="), line)
