"""Shapes of requests and answers. Unknown fields of a request are left aside, as OpenAI's clients expect."""

from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field, StringConstraints

Text = Annotated[str, StringConstraints(max_length=100_000)]
Method = Literal["hybrid", "semantic", "lexical"]


class Model(Schema):
    object: Literal["model"] = "model"
    id: str
    type: Literal["text-generation", "text-embeddings-inference"]
    aliases: list[str] = []
    created: int
    owned_by: str
    max_context_length: int | None = None


class Models(Schema):
    object: Literal["list"] = "list"
    data: list[Model]


class SearchArguments(Schema):
    """How to search: collections by number (all that the key reads where none is named)."""

    collections: list[int] = Field([], max_length=200)
    method: Method = "hybrid"
    limit: int = Field(10, ge=1, le=100)
    offset: int = Field(0, ge=0, le=1000)
    score_threshold: float | None = Field(
        None, ge=0, le=1, description="Least cosine, with the method `semantic` only."
    )


class SearchRequest(SearchArguments):
    prompt: Text


class Chunk(Schema):
    """A passage: ``content`` is ``text[start:end]`` of the document, character for character."""

    object: Literal["chunk"] = "chunk"
    id: int
    collection_id: int
    document_id: int
    content: str
    metadata: dict[str, str | int | float | bool]
    created: int


class Chunks(Schema):
    object: Literal["list"] = "list"
    data: list[Chunk]


class Found(Schema):
    method: Method
    score: float
    chunk: Chunk


class Searches(Schema):
    object: Literal["list"] = "list"
    data: list[Found]
    usage: dict[str, int] = {}


class CollectionRequest(Schema):
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=160)]
    description: str | None = Field(None, max_length=1000)
    visibility: Literal["private", "public"] = "private"


class CollectionAnswer(Schema):
    """``visibility`` is public where everybody who may ask reads it; groups are set on the site's pages."""

    object: Literal["collection"] = "collection"
    id: int
    name: str
    owner: str
    description: str | None = None
    visibility: Literal["private", "public"]
    created_at: int
    updated_at: int
    documents: int


class Collections(Schema):
    object: Literal["list"] = "list"
    data: list[CollectionAnswer]


class Identifier(Schema):
    id: int


class Document(Schema):
    object: Literal["document"] = "document"
    id: int
    name: str
    collection_id: int
    created: int
    chunks: int


class Documents(Schema):
    object: Literal["list"] = "list"
    data: list[Document]


class ImportState(Schema):
    """An import that the worker does: read it again until ``state`` is ``done`` or ``failed``."""

    object: Literal["import"] = "import"
    id: str
    state: str
    done: int
    total: int
    added: int
    changed: int
    removed: int
    unreadable: int
    why: str = Field(description="Why it failed as a whole; empty where it did not.")


class Message(Schema):
    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str | list[dict[str, Any]] | None = None


class ChatRequest(Schema):
    """OpenAI's request. What would change the prompt (system messages, temperature...) has no effect: prompts
    are the published templates, and the answer says which fields were left aside.
    """

    model: str
    messages: list[Message] = Field(min_length=1, max_length=200)
    stream: bool = False
    search_args: SearchArguments | None = None


class EmbeddingsRequest(Schema):
    model: str
    input: Text | Annotated[list[Text], Field(min_length=1, max_length=64)]
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: int | None = None


class Me(Schema):
    """The holder of the key: no address, which a program does not need."""

    object: Literal["userInfo"] = "userInfo"
    id: str
    name: str
    permissions: list[str]
    limits: list[dict[str, Any]]
    created: int


class UsageLine(Schema):
    """Calls of one kind by this key on one day; ``units`` are passages, vectors or sentences given."""

    object: Literal["account.usage"] = "account.usage"
    day: str
    endpoint: str
    calls: int
    units: int


class UsageAnswer(Schema):
    object: Literal["list"] = "list"
    data: list[UsageLine]
    total_requests: int
