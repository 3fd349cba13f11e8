"""The questions of the CNIL's PIA software, by the number that its files refer to (its architecture file).

Sections 1 and 2 are answered in text; section 3 looks at three risks, the same six questions each. An
evaluation refers to an item (``1.1``), a question (``2.1.211``), a measure (``3.1.<id>``), a risk (``3.2``).
"""

from bacasable.compliance.service import N_

#: item -> its name and its questions
CONTEXT: dict[str, tuple[str, tuple[int, ...]]] = {
    "1.1": (N_("Overview"), (111, 112, 113)),
    "1.2": (N_("Data, processes and supporting assets"), (121, 122, 123)),
    "2.1": (N_("Proportionality and necessity"), (211, 212, 213, 214, 215)),
    "2.2": (N_("Controls to protect the personal rights"), (221, 222, 223, 224, 225, 226, 227)),
}
RISKS: dict[str, tuple[str, tuple[int, ...]]] = {
    "3.2": (N_("Illegitimate access to data"), (321, 322, 323, 324, 325, 326)),
    "3.3": (N_("Unwanted modification of data"), (331, 332, 333, 334, 335, 336)),
    "3.4": (N_("Data disappearance"), (341, 342, 343, 344, 345, 346)),
}
QUESTIONS: dict[int, str] = {
    111: N_("Which processing is considered"),
    112: N_("Responsibilities linked to the processing"),
    113: N_("Standards applicable to the processing"),
    121: N_("Data processed"),
    122: N_("Life cycle of the data"),
    123: N_("Supporting assets of the data"),
    211: N_("Purposes specified, explicit and legitimate"),
    212: N_("Legal basis of the processing"),
    213: N_("Data adequate, relevant and limited"),
    214: N_("Data accurate and kept up to date"),
    215: N_("Storage duration of the data"),
    221: N_("Information of the persons"),
    222: N_("Consent of the persons"),
    223: N_("Rights of access and portability"),
    224: N_("Rights to rectification and erasure"),
    225: N_("Rights to restriction and to object"),
    226: N_("Obligations of the processors"),
    227: N_("Transfers outside the European Union"),
}
_OF_A_RISK = (
    N_("Main impacts on the persons"),
    N_("Main threats"),
    N_("Sources of the risk"),
    N_("Measures that address the risk"),
    N_("Severity of the risk"),
    N_("Likelihood of the risk"),
)
RISK_QUESTIONS: dict[int, str] = {
    reference: _OF_A_RISK[reference % 10 - 1] for _, group in RISKS.values() for reference in group
}
ALL: dict[int, str] = QUESTIONS | RISK_QUESTIONS
#: Questions of section 3 whose answer is a list of titles of measures, and those that are a gauge.
MEASURES_OF_RISK = frozenset({324, 334, 344})
GAUGES_OF_RISK = frozenset({325, 326, 335, 336, 345, 346})

#: ``pia.status``, ``evaluation.status`` and the four steps of a gauge.
STATUS = {
    0: N_("under way"),
    1: N_("refused"),
    2: N_("simple validation"),
    3: N_("signed validation"),
    4: N_("archived"),
}
EVALUATION = {0: N_("pending"), 1: N_("to be corrected"), 2: N_("improvable"), 3: N_("acceptable")}
GAUGE = {0: N_("undefined"), 1: N_("negligible"), 2: N_("limited"), 3: N_("important"), 4: N_("maximal")}
