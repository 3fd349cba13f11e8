"""Models, search, collections, documents, passages, vectors, and what the key has used."""

import base64
import struct
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import File, Form, Router, UploadedFile

from bacasable.people.permissions import allow, may, table
from bacasable.services.assistant.engine.sheets import Filters, Hit, Passage, Sheet
from bacasable.services.assistant.web import readings, running
from bacasable.services.assistant.web.actions import collections, imports, keys
from bacasable.services.assistant.web.models import Collection, Import
from bacasable.services.assistant.web.v1 import schemas
from bacasable.services.assistant.web.v1.authentication import (
    PERMISSION,
    BearerKey,
    holder_of,
    key_of,
    require_manager,
)
from bacasable.services.assistant.web.v1.numbers import chunk_number, document_number
from bacasable.services.assistant.web.v1.refusals import ApiRefused, ErrorAnswer

#: The assistant itself, as a model: cited answers in the words of the sheets, or worded by the endpoint.
EXTRACTIVE = "bacasable-extractive"
GENERATIVE = "bacasable-generative"
REFUSALS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404, 413, 422, 429), ErrorAnswer)

router = Router(auth=BearerKey())


def models() -> list[dict[str, Any]]:
    """Return what may be asked for as ``model``."""
    made = [{"id": EXTRACTIVE, "type": "text-generation"}]
    if running.assistant().endpoint is not None:
        made.append({"id": GENERATIVE, "type": "text-generation"})
    made.append({"id": running.embedder().name, "type": "text-embeddings-inference"})
    return [{"created": 0, "owned_by": "bacasable", **model} for model in made]


@router.get("/models", response={200: schemas.Models, **REFUSALS}, summary="List the models")
@allow(PERMISSION)
def list_models(request: HttpRequest) -> dict[str, Any]:
    """The assistant in its two ways of wording, and the embedder."""
    return {"data": models()}


@router.get("/models/{model}", response={200: schemas.Model, **REFUSALS}, summary="Read one model")
@allow(PERMISSION)
def read_model(request: HttpRequest, model: str) -> dict[str, Any]:
    found = next((known for known in models() if known["id"] == model), None)
    if found is None:
        raise ApiRefused(404, "model_not_found", param="model")
    return found


@router.get("/me", response={200: schemas.Me, **REFUSALS}, summary="Who is this key?")
@allow(PERMISSION)
def me(request: HttpRequest) -> dict[str, Any]:
    holder, key = holder_of(request), key_of(request)
    held = [name for name in table() if name.startswith("assistant.") and may(holder, name)]
    limit = running.settings().calls_per_minute
    return {
        "id": str(holder.public_id),
        "name": key.label,
        "permissions": sorted(held),
        "limits": [{"type": "rpm", "value": limit}],
        "created": int(key.made_at.timestamp()),
    }


@router.get("/usage", response={200: schemas.UsageAnswer, **REFUSALS}, summary="What this key has used")
@allow(PERMISSION)
def usage(request: HttpRequest) -> dict[str, Any]:
    """Counts by day and kind of call: no question, no address."""
    lines = [
        {"day": row.day.isoformat(), "endpoint": row.kind, "calls": row.calls, "units": row.units}
        for row in key_of(request).usage.order_by("-day", "kind")[:1000]
    ]
    return {"data": lines, "total_requests": sum(line["calls"] for line in lines)}


@router.post("/search", response={200: schemas.Searches, **REFUSALS}, summary="Search passages")
@allow(PERMISSION)
def search(request: HttpRequest, asked: schemas.SearchRequest) -> dict[str, Any]:
    """The best passages for ``prompt`` among what the key's holder may read, best first."""
    if asked.score_threshold and asked.method != "semantic":
        raise ApiRefused(
            422,
            "invalid_request",
            message="score_threshold: only with the method 'semantic'",
            param="score_threshold",
        )
    found = hits(request, asked.prompt, asked)
    keys.count(key=key_of(request), kind="search", units=len(found))
    return {"data": found}


def hits(request: HttpRequest, prompt: str, asked: schemas.SearchArguments) -> list[dict[str, Any]]:
    """Search what is left of ``prompt`` once personal data are hidden; see :func:`search`."""
    readings.admitted()
    hidden = running.shield().hide(prompt)
    wanted = readable(request, asked.collections)
    known = {collection.key: collection for collection in wanted}
    results = running.index().search(
        running.searched(hidden),
        access=running.access_of(holder_of(request).public_id),
        filters=Filters(collections=frozenset(known) if asked.collections else frozenset()),
        limit=asked.limit + asked.offset,
        method=asked.method,
    )[asked.offset :]
    if asked.score_threshold:
        results = [hit for hit in results if (hit.similarity or 0.0) >= asked.score_threshold]
    return [
        {"method": asked.method, "score": hit.score, "chunk": _chunk_of(hit, known)}
        for hit in results
        if hit.sheet.collection in known
    ]


def _chunk_of(hit: Hit, known: dict[str, Collection]) -> dict[str, Any]:
    return chunk(known[hit.sheet.collection], hit.sheet, hit.passage)


def chunk(collection: Collection, sheet: Sheet, passage: Passage) -> dict[str, Any]:
    """Return a passage as the Albert API writes one."""
    dated = sheet.dated.isoformat() if sheet.dated else ""
    told = {
        "document_name": sheet.title,
        "source_ref": sheet.id,
        "source_url": sheet.url,
        "source_title": " > ".join((sheet.title, *passage.path)),
        "source_publisher": sheet.publisher,
        "source_date": dated,
        "licence": sheet.licence,
        "start": passage.start,
        "end": passage.end,
    }
    return {
        "id": chunk_number(sheet.collection, sheet.id, passage.number),
        "collection_id": collection.pk,
        "document_id": document_number(sheet.collection, sheet.id),
        "content": sheet.text[passage.start : passage.end],
        "metadata": {name: value for name, value in told.items() if value != ""} | {"stale": _stale(sheet)},
        "created": _instant(sheet),
    }


def _stale(sheet: Sheet) -> bool:
    return running.assistant().settings.is_stale(sheet)


def _instant(sheet: Sheet) -> int:
    if sheet.dated is None:
        return 0
    return int(datetime(sheet.dated.year, sheet.dated.month, sheet.dated.day, tzinfo=UTC).timestamp())


def readable(request: HttpRequest, numbers: list[int] | None = None) -> list[Collection]:
    """Return the collections that the key's holder reads, those of ``numbers`` where some are given.

    Raises:
        ApiRefused: 404 for a number that is none of them, whether it exists or not.
    """
    groups = running.access_of(holder_of(request).public_id).reads()
    found = [row for row in Collection.objects.all() if running.readers_of(row) & groups]
    if not numbers:
        return found
    chosen = [row for row in found if row.pk in set(numbers)]
    if len(chosen) < len(set(numbers)):
        raise ApiRefused(404, "not_found", param="collections")
    return chosen


@router.get("/collections", response={200: schemas.Collections, **REFUSALS}, summary="List collections")
@allow(PERMISSION)
def list_collections(request: HttpRequest) -> dict[str, Any]:
    sizes = {row.name: row.sheets for row in running.index().collections()}
    return {"data": [_collection(row, sizes.get(row.key, 0)) for row in readable(request)]}


@router.post("/collections", response={201: schemas.Identifier, **REFUSALS}, summary="Make a collection")
@allow(PERMISSION)
def make_collection(request: HttpRequest, asked: schemas.CollectionRequest) -> tuple[int, dict[str, int]]:
    """An empty collection; ``private`` ones are read by nobody until groups are set on the site's pages."""
    holder = require_manager(request)
    made = collections.make_collection(
        key=collections.free_key(asked.name),
        title=asked.name,
        is_open=asked.visibility == "public",
        by=holder,
    )
    return 201, {"id": made.pk}


@router.get(
    "/collections/{number}",
    response={200: schemas.CollectionAnswer, **REFUSALS},
    summary="Read one collection",
)
@allow(PERMISSION)
def read_collection(request: HttpRequest, number: int) -> dict[str, Any]:
    (row,) = readable(request, [number])
    sizes = {known.name: known.sheets for known in running.index().collections()}
    return _collection(row, sizes.get(row.key, 0))


def _collection(row: Collection, documents: int) -> dict[str, Any]:
    at = int(row.made_at.timestamp())
    return {
        "id": row.pk,
        "name": row.title,
        "owner": row.publisher or "bacasable",
        "visibility": "public" if row.is_open else "private",
        "created_at": at,
        "updated_at": at,
        "documents": documents,
    }


@router.post("/documents", response={202: schemas.ImportState, **REFUSALS}, summary="Import a document")
@allow(PERMISSION)
def make_document(
    request: HttpRequest,
    collection: Form[int],
    file: UploadedFile = File(...),  # noqa: B008 (the framework's way)
) -> tuple[int, dict[str, Any]]:
    """A file or an archive of files, read by the worker: the answer is the import to follow."""
    holder = require_manager(request)
    row = Collection.objects.filter(pk=collection).first()
    if row is None:
        raise ApiRefused(404, "not_found", param="collection")
    made = imports.ask(collection=row, name=file.name or "document", content=file, replaces=False, by=holder)
    return 202, import_state(made)


@router.get(
    "/imports/{public_id}", response={200: schemas.ImportState, **REFUSALS}, summary="Follow an import"
)
@allow(PERMISSION)
def read_import(request: HttpRequest, public_id: str) -> dict[str, Any]:
    require_manager(request)
    found = imports.of(public_id)
    if found is None:
        raise ApiRefused(404, "not_found")
    return import_state(found)


def import_state(made: Import) -> dict[str, Any]:
    """Return an import as the interface tells it."""
    names = ("state", "done", "total", "added", "changed", "removed")
    told = {name: getattr(made, name) for name in names}
    whole = next((why.translated(_) for name, why in made.reasons() if not name), "")
    return {"id": str(made.public_id), "unreadable": len(made.unreadable), "why": whole, **told}


@router.get("/documents", response={200: schemas.Documents, **REFUSALS}, summary="List documents")
@allow(PERMISSION)
def list_documents(request: HttpRequest, collection: int, limit: int = 10, offset: int = 0) -> dict[str, Any]:
    (row,) = readable(request, [collection])
    limit, offset = max(1, min(limit, 100)), max(0, offset)
    access = running.access_of(holder_of(request).public_id)
    names = islice(running.index().ids(row.key, access), offset, offset + limit)
    sheets = (running.index().sheet(row.key, name, access) for name in names)
    return {"data": [_document(row, sheet) for sheet in sheets if sheet]}


@router.get("/documents/{number}", response={200: schemas.Document, **REFUSALS}, summary="Read one document")
@allow(PERMISSION)
def read_document(request: HttpRequest, number: int) -> dict[str, Any]:
    row, sheet = _sheet(request, number)
    return _document(row, sheet)


@router.get("/chunks/{number}", response={200: schemas.Chunks, **REFUSALS}, summary="Passages of a document")
@allow(PERMISSION)
def list_chunks(request: HttpRequest, number: int, limit: int = 10, offset: int = 0) -> dict[str, Any]:
    row, sheet = _sheet(request, number)
    limit, offset = max(1, min(limit, 100)), max(0, offset)
    passages = islice(sheet.passages(), offset, offset + limit)
    return {"data": [chunk(row, sheet, passage) for passage in passages]}


@router.get("/chunks/{number}/{passage}", response={200: schemas.Chunk, **REFUSALS}, summary="One passage")
@allow(PERMISSION)
def read_chunk(request: HttpRequest, number: int, passage: int) -> dict[str, Any]:
    row, sheet = _sheet(request, number)
    for found in sheet.passages():
        if chunk_number(sheet.collection, sheet.id, found.number) == passage:
            return chunk(row, sheet, found)
    raise ApiRefused(404, "not_found")


def _sheet(request: HttpRequest, number: int) -> tuple[Collection, Sheet]:
    access = running.access_of(holder_of(request).public_id)
    for row in readable(request):
        for name in running.index().ids(row.key, access):
            if document_number(row.key, name) == number:
                sheet = running.index().sheet(row.key, name, access)
                if sheet is not None:
                    return row, sheet
    raise ApiRefused(404, "not_found")


def _document(row: Collection, sheet: Sheet) -> dict[str, Any]:
    return {
        "id": document_number(sheet.collection, sheet.id),
        "name": sheet.title,
        "collection_id": row.pk,
        "created": _instant(sheet),
        "chunks": sum(1 for _passage in sheet.passages()),
    }


@router.delete("/documents/{number}", response={204: None, **REFUSALS}, summary="Delete a document")
@allow(PERMISSION)
def delete_document(request: HttpRequest, number: int) -> HttpResponse:
    """Gone from the index with its passages and vectors when this answers."""
    holder = require_manager(request)
    row, sheet = _sheet(request, number)
    imports.remove_sheet(collection=row, sheet=sheet.id, by=holder)
    return HttpResponse(status=204)


@router.post("/embeddings", summary="Turn texts into vectors")
@allow(PERMISSION)
def embeddings(request: HttpRequest, asked: schemas.EmbeddingsRequest) -> dict[str, Any]:
    """Unit vectors. With an embedder elsewhere, personal data are hidden before they leave."""
    embedder = running.embedder()
    if asked.model != embedder.name:
        raise ApiRefused(404, "model_not_found", param="model")
    if asked.dimensions not in (None, embedder.dimensions):
        raise ApiRefused(
            422,
            "invalid_request",
            message=f"dimensions: this model gives {embedder.dimensions}",
            param="dimensions",
        )
    texts = [asked.input] if isinstance(asked.input, str) else list(asked.input)
    if not running.searches_here():
        shield = running.shield()
        texts = [shield.hide(text).sendable for text in texts]
    vectors = embedder.passages(texts)
    keys.count(key=key_of(request), kind="embeddings", units=len(texts))
    return {
        "object": "list",
        "model": embedder.name,
        "data": [
            {"object": "embedding", "index": at, "embedding": _written(vector.tolist(), asked)}
            for at, vector in enumerate(vectors)
        ],
        "usage": {"prompt_tokens": 0, "total_tokens": 0},
    }


def _written(vector: list[float], asked: schemas.EmbeddingsRequest) -> list[float] | str:
    if asked.encoding_format == "float":
        return vector
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
