"""What a recommendation allows, as data; no Django here."""

from bacasable.compliance.service import N_, PUBLIC, Permission

PERMISSIONS = (
    Permission("recommendation.read", N_("read the platform's own recommendations"), (PUBLIC,)),
    Permission("recommendation.write", N_("write a recommendation"), ("officer",)),
)

#: state -> {verb: next state}
TRANSITIONS = {
    "proposed": {"close": "closed"},
    "closed": {"remeasure": "to_remeasure"},
    "to_remeasure": {"close": "closed"},
}
