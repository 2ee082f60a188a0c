"""What HighLevel says in a status that means something else: no such message, and what else is not found. Pure.

A text that is about something else (a location, a service, a template) is no missing message, even where it names
one. All is sought in lower case, in texts that are cut (base/error_texts.py), and every gap is bounded.
"""

from __future__ import annotations

import re
from typing import Final

from message_detail.domain.errors import MessageNotFound, ProviderRefused
from message_detail.providers.base.error_texts import ErrorText

_NOUN: Final = r"\b(?:messages?|conversations?|contacts?)\b"
_OTHER: Final = (
    r"\b(?:locations?|location ?_?id|sub-?accounts?|company|companies|agency|agencies|providers?|templates?|users?|"
    r"services?|servers?|hosts?|brokers?|queues?|topics?|workers?|connections?|databases?|tables?|index|indices|cache|"
    r"scopes?|permissions?|tokens?|keys?|credentials?|versions?|headers?|routes?|modules?|functions?|webhooks?|"
    r"workflows?|integrations?|apps?|numbers?)\b"
)
"""What else there may be none of. Behind the word of what is not found (`… not found in this location`) it tells
where it was looked for."""
_GONE: Final = (
    r"(?:(?:not|never|cannot be|can['’]t be|could not be|couldn['’]t be|no longer) found|not exist|n['’]t exist|"
    r"no longer exists?|no longer available|(?:was|were|been|is|are) (?:\w{1,20} )?(?:deleted|removed))"
)
_IS_NONE: Final = r"(?:invalid|malformed|not a valid|not valid|wrong|unknown)"
_ARTICLES: Final = r"(?:(?:such|the|this|that|a|an|any|requested|specified|given|email|e-mail) ){0,3}"

NO_SUCH_MESSAGE: Final = re.compile(
    rf"{_NOUN}(?:(?!{_OTHER})[^.;]){{0,80}}{_GONE}"
    rf"|\b(?:no|unable to find|cannot find|can['’]t find|could not find|couldn['’]t find|didn['’]t find|"
    rf"did not find) {_ARTICLES}{_NOUN}(?! ?{_OTHER})"
    rf"|\b(?:message|conversation|contact)s?(?:[_-]?not[_-]?found|[_-]does[_-]not[_-]exist)"
    rf"|{_IS_NONE} message ?_?id\b|message ?_?id[^.;]{{0,40}}{_IS_NONE}"
    rf"|\bmessage ?_?id must be an? (?:valid|mongodb|mongo|object)"
)
"""As a sentence, as a code word, and as the refusal of an id that no message can have."""
_ABOUT_ANOTHER: Final = re.compile(rf"{_OTHER}[^.;]{{0,30}} (?:for|of|on) {_ARTICLES}{_NOUN}")
_ANYTHING: Final = re.compile(
    r"\b(?:record|resource|document|entity|object)[^.;]{0,40} (?:not found|not exist)"
    r"|\bno (?:record|document|data)s? found|^not[ _-]?found[.!]?$"
)
"""What is not found is not said: in the call of a message it is the message."""
_OTHERS_GONE: Final = re.compile(
    rf"\b(?:locations?|sub-?accounts?|company|agency)\b[^.;]{{0,80}}{_GONE}|cannot (?:get|post) /"
)
_SOURCE: Final = "GoHighLevel/highlevel-api-docs issues 39, 6 and 260: a message, or its contact, that is gone"

SAYINGS: Final = (
    ErrorText(
        statuses=frozenset({200, 400, 404, 410, 422, *range(500, 600)}),
        says=NO_SUCH_MESSAGE,
        unless=_ABOUT_ANOTHER,
        error=MessageNotFound,
        detail="HighLevel has no message with this id",
        source=_SOURCE,
    ),
    ErrorText(
        statuses=frozenset({404, 410}),
        says=_OTHERS_GONE,
        error=ProviderRefused,
        detail="HighLevel knows neither this location nor, perhaps, this address: check location_id and base_url",
        source="the location of a token may be gone; `Cannot GET /…` is what the vendor's server says of no route",
    ),
    ErrorText(
        statuses=frozenset({200, 400, 422, 500}),
        says=_ANYTHING,
        error=MessageNotFound,
        detail="HighLevel has no message with this id",
        source=_SOURCE,
    ),
)
