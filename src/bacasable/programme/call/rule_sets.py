"""Sets of eligibility rules to start a call from, as data; no Django here.

They are translated once, when an officer takes them into a draft; from then on they are the call's own text.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bacasable.compliance.service import N_


@dataclass(frozen=True)
class RuleSet:
    """A named list of rules, in the JSON form that :mod:`bacasable.programme.call.eligibility` reads."""

    label: str
    rules: list[dict[str, Any]]


def _is(question: str, *values: str) -> dict[str, Any]:
    return {"question": question, "in": list(values)}


#: Eligible bodies and projects as the call of 21 July 2023 stated them; the last is known from the press.
_ACCOMPANIMENT: list[dict[str, Any]] = [
    {
        "key": "body",
        "kind": "choice",
        "question": N_("What is the body that leads the project?"),
        "help": N_(
            "A public body is for example a central administration, a decentralised service, a local "
            "authority or a public operator."
        ),
        "choices": [
            {"value": "public", "label": N_("A public body")},
            {"value": "private", "label": N_("A private body")},
        ],
        "accept": {
            "any": [_is("body", "public"), _is("led_with_public", "yes"), _is("shared_need", "yes")],
        },
        "met": N_("The body may apply."),
        "why": N_(
            "A private body may apply only if a public actor leads the project with it, or if the project "
            "is built for a need that several public actors have identified."
        ),
        "remedy": N_("Apply together with a public actor, or name the public actors who share the need."),
    },
    {
        "key": "led_with_public",
        "kind": "yes_no",
        "question": N_("Is the project led with one or more public actors?"),
        "help": N_("Only asked of private bodies."),
    },
    {
        "key": "shared_need",
        "kind": "yes_no",
        "question": N_("Is it built for a need that several public actors have identified?"),
        "help": N_("Only asked of private bodies."),
    },
    {
        "key": "uses_ai",
        "kind": "yes_no",
        "question": N_("Does the project use artificial intelligence?"),
        "accept": _is("uses_ai", "yes"),
        "met": N_("The project uses artificial intelligence."),
        "why": N_("The call is about artificial intelligence."),
        "remedy": N_("Describe the part of the project that uses artificial intelligence, if there is one."),
    },
    {
        "key": "public_service",
        "kind": "yes_no",
        "question": N_("Does it serve a public service?"),
        "help": N_("For example its quality, access to it, or the work of its agents."),
        "accept": _is("public_service", "yes"),
        "met": N_("The project serves a public service."),
        "why": N_("The call is about public services."),
        "remedy": N_("Name the public service that the project would improve."),
    },
    {
        "key": "in_development",
        "kind": "yes_no",
        "question": N_("Is the project still in development?"),
        "accept": _is("in_development", "yes"),
        "met": N_("The project is still in development."),
        "why": N_("A project already in general use cannot take the advice into account while it is built."),
        "remedy": N_("Apply with a new version that is still in development."),
    },
    {
        "key": "supported_elsewhere",
        "kind": "yes_no",
        "question": N_(
            "Is its sector already supported elsewhere (educational technology, augmented cameras)?"
        ),
        "accept": _is("supported_elsewhere", "no"),
        "otherwise": "discuss",
        "met": N_("Its sector is not one that is supported elsewhere."),
        "why": N_("Sectors already supported elsewhere are not a priority; they are not excluded."),
        "remedy": N_("Say in the application why this call suits the project better."),
        "mark": "S",
    },
]

RULE_SETS = {
    "accompaniment": RuleSet(N_("AI in public services (after the 2023 edition)"), _ACCOMPANIMENT),
    "ai_act_57": RuleSet(
        N_("AI Act sandbox: providers and prospective providers"),
        [
            {
                "key": "provider",
                "kind": "choice",
                "question": N_("What is your part in the AI system?"),
                "choices": [
                    {"value": "provider", "label": N_("Provider or prospective provider")},
                    {"value": "deployer", "label": N_("Deployer, together with a provider")},
                    {"value": "other", "label": N_("Another part")},
                ],
                "accept": _is("provider", "provider", "deployer"),
                "met": N_("Providers may apply, alone or with deployers."),
                "why": N_(
                    "The sandbox is open to providers and prospective providers, alone or with partners."
                ),
                "remedy": N_("Apply together with the provider of the system."),
            },
            {
                "key": "not_on_market",
                "kind": "yes_no",
                "question": N_("Is the system not yet placed on the market or put into service?"),
                "accept": _is("not_on_market", "yes"),
                "met": N_("The system is not yet on the market."),
                "why": N_(
                    "A sandbox is for the time before a system is placed on the market or put into service."
                ),
                "remedy": N_("Apply with a new version that is not yet in service."),
            },
        ],
    ),
}

#: fields of a rule that people read
_TEXTS = ("question", "help", "met", "why", "remedy")


def translated(key: str, translate: Callable[[str], str]) -> list[dict[str, Any]]:
    """Return a copy of the rules of set ``key`` with each text passed through ``translate``."""
    return [
        {
            **rule,
            **{name: translate(rule[name]) for name in _TEXTS if rule.get(name)},
            **(
                {"choices": [{**choice, "label": translate(choice["label"])} for choice in rule["choices"]]}
                if "choices" in rule
                else {}
            ),
        }
        for rule in RULE_SETS[key].rules
    ]
