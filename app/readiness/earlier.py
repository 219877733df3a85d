"""What was asked of a repository before, so that asking it again starts from what was found."""

from collections.abc import Collection

from app.readiness.blob_facts import ScanCache
from app.readiness.catalogue import Catalogue
from app.readiness.evaluate import Questions
from app.readiness.inputs import Inputs


class Earlier:
    """The questions asked last of one repository; other questions, another day or another policy take their place."""

    def __init__(self) -> None:
        self._questions: Questions | None = None

    @property
    def files(self) -> int:
        """How many files the tree has that is kept in memory."""
        return self._questions.files if self._questions is not None else 0

    def questions(
        self, catalogue: Catalogue, rules: Collection[str], inputs: Inputs, cache: ScanCache | None
    ) -> Questions:
        """The same questions as the last time where they are the same; `cache` is of the same repository."""
        if self._questions is None or not self._questions.are(catalogue, rules, inputs):
            self._questions = Questions(catalogue, rules, inputs, cache)
        return self._questions
