"""What every Django operation needs: the label of its app, which names the tables."""

from app.readiness.detectors.migrations.frameworks.lowering import Lowering
from app.readiness.detectors.migrations.frameworks.syntax.values import Value, word
from app.readiness.detectors.migrations.model import Dialect
from app.readiness.formats.source import Source


class AppLowering(Lowering):
    """app: the label of the app, "" where the path does not tell it."""

    def __init__(self, source: Source, dialect: Dialect, app: str) -> None:
        super().__init__(source, dialect)
        self.app = app

    def table(self, model: Value) -> str:
        """The table of a model of this app unless it names another (see `settle_tables`)."""
        name = word(model)
        return f"{self.app}_{name}".lower() if name else ""
