"""When the assistant should say nothing: what is answered of questions with, without and beside a sheet.

    make bench NAME=assistant_abstention

Questions of the CNIL's users on its sheets (``BACASABLE_DATA``): each as it is (its sheet is there), and
again with its sheet and the near-twins of that left out (near miss). Off topic: titles of the shipped sheets
of service-public.fr (those on personal data apart), and the questions that are shipped for calibration. The
threshold of a row is where the coverage of the first kind is met; the last row is that of ``of_index``, which
saw no question of the first two.
"""

import os
import random
import sys
from pathlib import Path

from bacasable.services.assistant.engine import corpus
from bacasable.services.assistant.engine.answering.abstention import TWIN, of_index, score, shipped
from bacasable.services.assistant.engine.corpus.snapshot import Snapshot
from bacasable.services.assistant.engine.evaluation import questions
from bacasable.services.assistant.engine.retrieval import Embedded, Nano
from bacasable.services.assistant.engine.retrieval.terms import titled
from bacasable.services.assistant.engine.sheets import EVERYBODY, Access, Hit, Sheet
from benchmarks.harness import ROOT, quantile, result, table

SEED = 11
#: Matters on which the CNIL has sheets: a title with one of these is not off topic.
_COVERED = (
    *("donnée", "fichier", "cnil", "vidéo", "immatriculation", "permis", "élector", "casier", "internet"),
    *("démarchage", "spam", "bancaire", "crédit", "surendettement", "santé", "patient", "médical", "numéro"),
    *("employeur", "salarié", "télépho", "courrier", "courriel", "identité", "assur", "succession"),
)


def main() -> None:
    """Print the curve."""
    data = os.environ.get("BACASABLE_DATA")
    if not data:
        sys.exit("BACASABLE_DATA does not say where the questions are")
    folder = Path(data) / "assistant"
    sheets = [one for one in corpus.read(folder / "cnil_faq.jsonl", "cnil") if isinstance(one, Sheet)]
    embedder = Nano()
    index = Embedded(ROOT / ".bench" / "abstention", embedder)
    index.replace("cnil", sheets, frozenset({EVERYBODY}))
    index.embed()

    def ask(question: str, most: int = 20) -> list[Hit]:
        return index.search(question, access=Access(), limit=most)

    titles = embedder.queries([titled(sheet) for sheet in sheets])
    twins = {
        sheet.id: {sheets[at].id for at in (titles @ titles[place] > TWIN).nonzero()[0]}
        for place, sheet in enumerate(sheets)
    }
    asked = questions(folder / "cnil_questions_dev.jsonl")
    present, absent = [], []
    for one in asked:
        hits = ask(one.question, 150)
        present.append(hits)
        absent.append([hit for hit in hits if hit.sheet.id not in twins[one.expected]])
    elsewhere = [ask(question) for question in titles_elsewhere()]
    chat = [ask(question) for question in shipped()]
    made = of_index(index)
    rows = []
    kinds = {"near miss": absent, "off topic (titles)": elsewhere, "off topic (shipped)": chat}
    figures: dict[str, object] = {"questions": len(asked), "titles": len(elsewhere), "seed": SEED}
    for name, scored in (("score", score), ("cosine alone", cosine)):
        values = [scored(hits) or 0.0 for hits in present]
        for coverage in (0.95, 0.9, 0.8, 0.7, 0.5):
            threshold = quantile(values, 1 - coverage)
            rows.append(row(f"{name}, coverage {coverage:.0%}", threshold, values, kinds, scored))
            if coverage == 0.9:
                figures |= {f"{name}: {key}": value for key, value in rows[-1].items() if key != "what"}
    values = [score(hits) or 0.0 for hits in present]
    rows.append(row("calibrated on the corpus", made.sure, values, kinds, score))
    figures |= {f"calibrated: {key}": value for key, value in rows[-1].items() if key != "what"}
    right = [hits[0].sheet.id in twins[one.expected] for hits, one in zip(present, asked, strict=True)]
    figures["right sheet first"] = round(sum(right) / len(right), 3)
    kept = [good for good, value in zip(right, values, strict=True) if value >= made.sure]
    figures["right sheet first, of those answered"] = round(sum(kept) / len(kept), 3)
    table(rows)
    result(figures)


def cosine(hits: list[Hit]) -> float | None:
    """Return the cosine of the nearest passage."""
    return max((hit.similarity for hit in hits if hit.similarity is not None), default=None)


def row(what, threshold, values, kinds, scored) -> dict[str, object]:
    """Return the shares that are answered at a threshold."""

    def share(found: list[float]) -> float:
        return round(sum(value >= threshold for value in found) / max(1, len(found)), 3)

    shares = {kind: share([scored(hits) or 0.0 for hits in found]) for kind, found in kinds.items() if found}
    return {"what": what, "threshold": round(threshold, 3), "with its sheet": share(values), **shares}


def titles_elsewhere() -> list[str]:
    """Return 250 titles of the shipped sheets that are questions, none on what the CNIL has sheets about."""
    with Snapshot.shipped() as snapshot:
        titles = sorted({sheet.title.replace("\u00a0", " ") for sheet in snapshot.sheets("elsewhere")})
    asked = [
        title
        for title in titles
        if title.strip().endswith("?") and not any(word in title.lower() for word in _COVERED)
    ]
    return random.Random(SEED).sample(asked, min(250, len(asked)))


if __name__ == "__main__":
    main()
