"""What browsers are told about every response: where from a page may load, and who may frame it."""

from __future__ import annotations

import re
from collections.abc import Mapping

__all__ = ["FILE_POLICY", "OTHER_POLICY", "page_policy", "security_headers", "with_nonce"]

_SCRIPT = re.compile(rb"<script(?=[\s>])")
_PAGE = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "frame-src": "'none'",
    "worker-src": "'none'",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


def _written(directives: Mapping[str, str]) -> str:
    return "; ".join(f"{name} {value}" for name, value in directives.items())


OTHER_POLICY = _written(
    {
        "default-src": "'none'",
        "style-src": "'unsafe-inline'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
)
"""For what is not Gradio's page: no script at all. Signing in has a style element."""

FILE_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"
"""For a file that is to be saved, should a browser show it after all."""


def page_policy(nonce: str) -> str:
    """The content security policy of Gradio's page.

    Everything comes from this server. Inline scripts need the nonce. Gradio makes functions from
    text (event handlers in JavaScript, templates of `gr.HTML`), which needs 'unsafe-eval', and
    style elements at run time, which needs 'unsafe-inline' for styles.

    Args:
        nonce: Of this one response.
    """
    return _written({**_PAGE, "script-src": f"'self' 'nonce-{nonce}' 'unsafe-eval'"})


def security_headers(content_policy: str) -> Mapping[str, str]:
    """The headers of every response, whatever it is.

    Args:
        content_policy: Its content security policy.
    """
    return {
        "Content-Security-Policy": content_policy,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": (
            "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
            "microphone=(), midi=(), payment=(), usb=(), clipboard-read=(), clipboard-write=(self)"
        ),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


def with_nonce(page: bytes, nonce: str) -> bytes:
    """Lets the scripts of Gradio's page run.

    Every script element that stands in the page gets the nonce. Gradio writes what comes from us
    into its page as JSON in which "<" is escaped, so no text of a post can be such an element.

    Args:
        page: HTML as the server made it.
        nonce: The one that the response's policy names.
    """
    return _SCRIPT.sub(f'<script nonce="{nonce}"'.encode(), page)
