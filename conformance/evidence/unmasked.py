"""Masks nothing: for what is looked at and never written."""

from conformance.evidence.observation import Json
from conformance.evidence.redaction import Redactor


class Unmasked(Redactor):
    """A redactor of a witness that keeps nothing."""

    def text(self, text: str) -> str:
        """The text as it is."""
        return text

    def answer(self, answer: Json) -> Json:
        """The value as it is."""
        return answer

    def learn_from(self, text: str) -> None:
        """Nothing: no secret has to be known."""
