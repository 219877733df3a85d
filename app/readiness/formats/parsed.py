"""The readers of formats as functions of a source, so that a blob is parsed once however many ask."""

from app.readiness.formats.dockerfile import Stage, read_dockerfile
from app.readiness.formats.json_text import read_json
from app.readiness.formats.malformed import Malformed
from app.readiness.formats.marked import Marked
from app.readiness.formats.source import Source
from app.readiness.formats.template import fill_holes, has_holes
from app.readiness.formats.terraform import Block, read_terraform
from app.readiness.formats.toml_text import read_toml
from app.readiness.formats.yaml_text import read_yaml


def yaml_documents(source: Source) -> tuple[Marked, ...]:
    """The documents of a YAML file, with holes for expressions where it is a template of something."""
    try:
        return read_yaml(source.content)
    except Malformed as error:
        if not has_holes(source.content):
            raise
        try:
            return template_documents(source)
        except Malformed:
            raise Malformed("a template that is not rendered", error.line) from None


def template_documents(source: Source) -> tuple[Marked, ...]:
    """The documents of a template, with holes for its expressions."""
    return read_yaml(fill_holes(source.content))


def rendered_documents(source: Source) -> tuple[Marked, ...]:
    """The documents a Helm template makes with the values of its chart; none for one without a chart."""
    chart = source.chart
    return chart.documents(source.content, source.path, is_any=False) if chart is not None else ()


def possible_documents(source: Source) -> tuple[Marked, ...]:
    """As `rendered_documents`, and also what other values would let it make."""
    chart = source.chart
    return chart.documents(source.content, source.path, is_any=True) if chart is not None else ()


def json_document(source: Source) -> Marked:
    return read_json(source.content)


def toml_document(source: Source) -> Marked:
    return read_toml(source.content)


def dockerfile_stages(source: Source) -> tuple[Stage, ...]:
    return read_dockerfile(source.text)


def terraform_blocks(source: Source) -> tuple[Block, ...]:
    source.refuse_symbols()
    return read_terraform(source.text)
