"""The methods of a class in Ruby."""

from ast_grep_py import SgNode

from app.readiness.detectors.migrations.frameworks.syntax.reading import Function, child_of, children_of, named


def functions_of(body: SgNode) -> dict[str, Function]:
    """The methods of a class body, `def self.up` like `def up`."""
    found: dict[str, Function] = {}
    for method in children_of(body, "method", "singleton_method"):
        name = [child for child in method.children() if child.kind() in ("identifier", "constant")]
        inside = child_of(method, "body_statement")
        parameters = child_of(method, "method_parameters")
        names = tuple(_plain(child.text()) for child in named(parameters)) if parameters is not None else ()
        if name:
            found[name[-1].text()] = Function(names, named(inside) if inside is not None else [])
    return found


def _plain(parameter: str) -> str:
    return parameter.lstrip("*&").split(":")[0].split("=")[0].strip()
