"""What a call allows, as data; no Django here."""

from bacasable.compliance.service import N_, PUBLIC, Permission

PERMISSIONS = (
    Permission("call.read", N_("read a published call, its feed, its data, its template"), (PUBLIC,)),
    Permission("call.ask", N_("ask a question about a call"), (PUBLIC,)),
    Permission("call.apply", N_("ask for a link to apply"), (PUBLIC,)),
    Permission(
        "call.manage", N_("write, publish, extend, close, archive a call; answer questions"), ("officer",)
    ),
)

#: state -> {verb: next state}
TRANSITIONS = {
    "draft": {"publish": "published"},
    "published": {"close": "closed"},
    "closed": {"decide": "decided"},
    "decided": {"archive": "archived"},
    "archived": {},
}
