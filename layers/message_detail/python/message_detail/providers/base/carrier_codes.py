"""Error codes of the carriers and platforms behind the providers, which pass them on with failed messages.

Sources: Twilio, https://www.twilio.com/docs/api/errors (five digits); Meta's WhatsApp Cloud API,
https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes (six digits, and short ones); Telnyx,
https://developers.telnyx.com/docs/messaging/messages/error-codes (40xxx); Bandwidth,
https://dev.bandwidth.com/docs/messaging/errors (four digits). The categories are our reading of those pages. That 30032
and 30034 speak of the sender's number and 131026 of a recipient without WhatsApp comes from reports of their users.
"""

from __future__ import annotations

from typing import Final

from message_detail.domain.message import FailureCategory as Category
from message_detail.domain.message import Permanence

Cause = tuple[Category, Permanence]
"""Why a message failed, and whether for good."""

_PERMANENT, _TEMPORARY, _UNKNOWN = Permanence.PERMANENT, Permanence.TEMPORARY, Permanence.UNKNOWN

_MEANINGS: Final[tuple[tuple[Cause, str], ...]] = (
    # The recipient
    ((Category.INVALID_RECIPIENT, _PERMANENT), "21211 21217 21265 21421 21604 21614 21635 30005 40012"),
    ((Category.INVALID_RECIPIENT, _PERMANENT), "63003 63024 63031 131021 131026 40310 4303 4350 4406 4720 4721"),
    ((Category.UNREACHABLE, _PERMANENT), "21214 21612 30006 40001 4401 4730"),
    ((Category.UNREACHABLE, _UNKNOWN), "30003 40008 4701 4702"),
    ((Category.UNREACHABLE, _TEMPORARY), "40006"),
    ((Category.OPTED_OUT, _PERMANENT), "21610 40300 131050 4482"),
    ((Category.BLOCKED, _PERMANENT), "63033"),
    ((Category.BLOCKED, _UNKNOWN), "30004 40004 63014 4404 4434 4750 4753"),
    ((Category.CONSENT_MISSING, _UNKNOWN), "63015 131030"),
    # The sender: a number or account that is not registered, not verified or not allowed to
    (
        (Category.BLOCKED, _PERMANENT),
        "21219 21408 21608 30018 30024 30032 30033 30034 30037 40010 130497 131037 133010 40309 40314 40329 40330"
        " 4001 4403 4405 4431 4432 4433 4481 4773 4774 4795",
    ),
    ((Category.BLOCKED, _TEMPORARY), "368 130472 131049 63032 63049"),
    ((Category.BLOCKED, _UNKNOWN), "30450"),
    ((Category.AUTH_ERROR, _TEMPORARY), "0 3 10 190 63001 131005 131031 131045 133005 133006"),
    (
        (Category.PROVIDER_ERROR, _PERMANENT),
        "21601 21603 21606 30010 40013 63007 63008 40305 40306 40307 40308 4302 4740",
    ),
    ((Category.PROVIDER_ERROR, _UNKNOWN), "30002 131042"),
    # The content
    ((Category.SPAM, _UNKNOWN), "30007 30038 40002 40003 40015 4470 4770 4771"),
    (
        (Category.CONTENT_REJECTED, _PERMANENT),
        "21602 21605 21617 21619 30019 40009 63005 63013 63021 131051 40301 40302 40316 40322 4301 4751 4752 4775",
    ),
    ((Category.MEDIA_ERROR, _PERMANENT), "21620 21623 30011 63034 40317 4711 4712"),
    ((Category.MEDIA_ERROR, _UNKNOWN), "63019 131052 131053"),
    # Outside of the 24 hours after the recipient's last message only a template may be sent
    ((Category.TEMPLATE_ERROR, _PERMANENT), "63016 131047"),
    ((Category.TEMPLATE_ERROR, _PERMANENT), "21656 63027 63028 63040 63042 132000 132001 132005 132007 132012 132016"),
    ((Category.TEMPLATE_ERROR, _TEMPORARY), "63041 132015"),
    # The way
    ((Category.RATE_LIMITED, _TEMPORARY), "4 20429 21611 30001 30022 30023 30027 40011 40016 40017 40018"),
    ((Category.RATE_LIMITED, _TEMPORARY), "63018 63038 80007 130429 131048 131056 133016 40318 4780 4781 4785 5600"),
    ((Category.EXPIRED, _TEMPORARY), "30012 30036 40005 40014 4360 9902"),
    ((Category.CARRIER_ERROR, _TEMPORARY), "30009 30017 30410 5620"),
    ((Category.CARRIER_ERROR, _UNKNOWN), "30008"),
    ((Category.PROVIDER_ERROR, _TEMPORARY), "2 63010 63012 131016 131057 133004"),
    ((Category.PROVIDER_ERROR, _PERMANENT), "33 100 131008 131009 131055"),
    ((Category.PROVIDER_ERROR, _UNKNOWN), "1 131000 135000"),
)

CODES: Final[dict[str, Cause]] = {code: cause for cause, codes in _MEANINGS for code in codes.split()}

SERIES: Final[tuple[tuple[str, int, Cause], ...]] = (
    ("30", 5, (Category.CARRIER_ERROR, _UNKNOWN)),
    ("132", 6, (Category.TEMPLATE_ERROR, _UNKNOWN)),
)
"""What a code of a series says that is not listed: its beginning and its length."""


def find_cause(code: str) -> Cause | None:
    """What a code says of a failure; None where nothing is known of it."""
    if code in CODES:
        return CODES[code]
    return next((cause for start, size, cause in SERIES if code.startswith(start) and len(code) == size), None)
