"""An answer as a replay would give it, kept for all who ask the same."""

import json

from conformance.evidence.observation import Json, canonical


class Given:
    """One answer; whatever its asker made of it, the next one gets it as it was given."""

    def __init__(self, answer: Json) -> None:
        """TypeError when it is not JSON."""
        self._json = "" if isinstance(answer, str) and answer.isascii() else canonical(answer)
        #: A text cannot be changed, and may be long. Two halves of a letter are one after a replay.
        self._text = answer if not self._json else json.loads(self._json) if isinstance(answer, str) else None

    def copy(self) -> Json:
        """The answer, which the asker may change."""
        return json.loads(self._json) if self._text is None else self._text
