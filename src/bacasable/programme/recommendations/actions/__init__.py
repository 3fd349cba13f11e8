"""What happens to a recommendation: each act walks the table, is guarded, journalled and told."""

from bacasable.programme.recommendations.actions.agreement import (
    accept,
    act,
    decline,
    doubt,
    drop,
    exchange,
    propose,
    reopen,
    replace,
    set_failure_aside,
    show,
    start,
)
from bacasable.programme.recommendations.actions.measuring import (
    ask_measurement,
    check_again,
    close,
    consider,
    dependencies_changed,
    key_revoked,
    remeasure,
    send_back_stale,
)
from bacasable.programme.recommendations.actions.publishing import (
    ensure_own_recommendations,
    publish,
    tell,
    write_after,
)
from bacasable.programme.recommendations.actions.reviewing import hand_in, review_document
from bacasable.programme.recommendations.actions.writing import (
    add_contract,
    remove_contract,
    review,
    revise,
    write,
)

__all__ = [
    "accept",
    "act",
    "add_contract",
    "ask_measurement",
    "check_again",
    "close",
    "consider",
    "decline",
    "dependencies_changed",
    "doubt",
    "drop",
    "ensure_own_recommendations",
    "exchange",
    "hand_in",
    "key_revoked",
    "propose",
    "publish",
    "remeasure",
    "remove_contract",
    "reopen",
    "replace",
    "review",
    "review_document",
    "revise",
    "send_back_stale",
    "set_failure_aside",
    "show",
    "start",
    "tell",
    "write",
    "write_after",
]
