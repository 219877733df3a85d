"""A module of JavaScript or TypeScript: what it declares and exports."""

from ast_grep_py import SgNode

from app.readiness.detectors.migrations.frameworks.syntax.reading import (
    child_of,
    named,
)
from app.readiness.detectors.migrations.frameworks.syntax.script import FUNCTIONS, ScriptReader


class ScriptModule(ScriptReader):
    """Its functions are those it declares, exports or has as methods of a class; `this.x` are fields."""

    def read(self, root: SgNode) -> None:
        for node in named(root):
            self.declare(node)

    def declare(self, node: SgNode) -> None:
        kind = node.kind()
        if kind == "export_statement":
            for child in named(node):
                self.declare(child)
        elif kind == "function_declaration":
            self.define(named(node)[0].text(), node)
        elif kind in ("class_declaration", "class"):
            self._class(node)
        elif kind in ("lexical_declaration", "variable_declaration"):
            self.declaration(node)
        elif kind == "expression_statement" and named(node)[0].kind() == "assignment_expression":
            self._export(named(node)[0])
        elif kind == "object":
            self._exported(node)

    def _class(self, node: SgNode) -> None:
        body = child_of(node, "class_body")
        for member in named(body) if body is not None else []:
            name = child_of(member, "property_identifier")
            if name is not None and member.kind() == "method_definition":
                self.define(name.text(), member)
            elif name is not None and member.kind() in ("public_field_definition", "field_definition"):
                value = named(member)[-1]
                if value.kind() in FUNCTIONS:
                    self.define(name.text(), value)
                else:
                    self.names[f"this.{name.text()}"] = self.argument(value)

    def _export(self, node: SgNode) -> None:
        """`exports.up = …`, `module.exports = { up, down }`."""
        target, value = named(node)[0], named(node)[-1]
        name = target.text().removeprefix("module.")
        if name == "exports" and value.kind() in ("object", "class"):
            self.declare(value)
        elif name.startswith("exports."):
            name = name.removeprefix("exports.")
            if value.kind() in FUNCTIONS:
                self.define(name, value)
            elif value.kind() == "identifier" and value.text() in self.functions:
                self.functions[name] = self.functions[value.text()]
            else:
                self.names[name] = self.argument(value)

    def _exported(self, node: SgNode) -> None:
        for member in named(node):
            inner = named(member)
            if member.kind() == "method_definition":
                name = child_of(member, "property_identifier")
                self.define(name.text() if name is not None else "", member)
            elif member.kind() == "pair":
                if inner[-1].kind() in FUNCTIONS:
                    self.define(inner[0].text(), inner[-1])
                else:
                    self.names[inner[0].text()] = self.argument(inner[-1])
