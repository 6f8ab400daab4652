"""What browsers are told about every response: where from a page may load, and who may frame it."""

from __future__ import annotations

import re
from collections.abc import Mapping

__all__ = ["content_security_policy", "security_headers", "with_nonce"]

_SCRIPT = re.compile(rb"<script(?=[\s>])")


def content_security_policy(nonce: str | None = None) -> str:
    """The policy of one response.

    Everything comes from this server. Inline scripts need the response's nonce. Gradio's pages
    make functions from text (event handlers in JavaScript, templates of `gr.HTML`), which needs
    'unsafe-eval', and style elements at run time, which needs 'unsafe-inline' for styles only.

    Args:
        nonce: Of the inline scripts of a page; None for what is no page.
    """
    scripts = "'self'" if nonce is None else f"'self' 'nonce-{nonce}' 'unsafe-eval'"
    directives = {
        "default-src": "'none'",
        "script-src": scripts,
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "media-src": "'none'",
        "worker-src": "'none'",
        "manifest-src": "'self'",
        "frame-src": "'none'",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def security_headers(policy: str) -> Mapping[str, str]:
    """The headers of every response, whatever it is.

    Args:
        policy: Its content security policy.
    """
    return {
        "Content-Security-Policy": policy,
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
    """Lets the scripts of a page run.

    Every script element that stands in the page gets the nonce. Gradio writes what comes from us
    into its page as JSON in which "<" is escaped, so no text of a post can be such an element.

    Args:
        page: HTML as the server made it.
        nonce: The one that the response's policy names.
    """
    return _SCRIPT.sub(f'<script nonce="{nonce}"'.encode(), page)
