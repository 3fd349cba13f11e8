"""Words that are stopped are shown to who typed them, who reads them again before they are kept."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from bacasable.privacy.messages import Refused
from bacasable.services.job_advice.web.forms import ConfirmedForm
from bacasable.services.job_advice.web.words import Stopped
from bacasable.ui.saying import spoken


def kept(form: ConfirmedForm, act: Callable[[dict[str, Any]], Any]) -> bool:
    """Do an act with what was typed; where its words are stopped, say which, and let them be read again."""
    try:
        act(form.cleaned_data)
    except Stopped as stopped:
        for words, why in stopped.found:
            form.add_error(None, _("“%(words)s”: %(why)s") % {"words": words, "why": _(why)})
        form.add_error(None, spoken(stopped.said))
        if not stopped.blocked:
            read = ",".join(filter(None, (form.cleaned_data["confirmed"], stopped.digest)))
            form.data = {**form.data.dict(), form.add_prefix("confirmed"): read}  # type: ignore[attr-defined]
            form.is_to_confirm = True  # type: ignore[attr-defined]
    except Refused as refused:
        form.add_error(None, spoken(refused.said))
    else:
        return True
    return False
