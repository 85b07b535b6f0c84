"""Going back with a run: what its steps came to is forgotten from a stage on, and done again."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from chalicelib.db import Tx, queries
from chalicelib.errors import IllegalMove

sql = queries(__file__)


@dataclass(frozen=True)
class Again:
    """A stage from which a run is done again, of those its kind has in this `order`.

    `steps` are the steps of the stage and all that build on them, `stages` those they count for.
    """

    stage: str
    order: tuple[str, ...]
    stages: tuple[str, ...]
    steps: tuple[str, ...]

    def forget(self, tx: Tx, run_id: UUID, *, stands: str, state: str) -> None:
        """Have the steps of a locked run that goes on from `stands` done anew.

        Raises `IllegalMove` when it has not come as far as the stage.
        """
        if self.order.index(self.stage) > self.order.index(stands):
            raise IllegalMove(
                f"It goes on from {stands}, which comes before {self.stage}.",
                hint=f"Name {stands} or an earlier stage, or none.",
                state=state,
            )
        forget(tx, run_id, self.steps)


def forget(tx: Tx, run_id: UUID, steps: Sequence[str]) -> None:
    """Have these steps of a locked run done anew."""
    tx.run(sql["forget"], run_id=run_id, steps=list(steps))
