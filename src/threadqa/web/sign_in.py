"""The pages for signing in and out, and what they change."""

from __future__ import annotations

import html
import time
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from anyio.to_thread import run_sync
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from threadqa.web.attempts import Attempts
from threadqa.web.sessions import LONGEST_SECONDS, Sessions
from threadqa.web.users import UsersFile

__all__ = ["SIGN_IN", "SIGN_OUT", "SignIn"]

SIGN_IN = "/sign-in"
SIGN_OUT = "/sign-out"
COOKIE = "threadqa-session"
LONGEST_FORM_BYTES = 8192

TITLE = "Sign in to threadqa"
WRONG = "The name or the password is wrong."
TOO_MANY = "Too many attempts. Try again in {pause}."

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{
  color-scheme: light dark;
  --paper: light-dark(#fdfdfc, #15181b);
  --ink: light-dark(#1d1f21, #e7e7e4);
  --quiet: light-dark(#565b61, #a8aeb5);
  --line: light-dark(#83888e, #7d858d);
  --accent: light-dark(#0a6660, #63c7be);
  --on-accent: light-dark(#ffffff, #0c1413);
  --wrong: light-dark(#9c2f24, #f0978c);
}}
* {{ box-sizing: border-box; }}
body {{
  margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem;
  background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}}
main {{ width: 100%; max-width: 22rem; }}
h1 {{ font-size: 1.5rem; line-height: 1.2; margin: 0 0 1.5rem; letter-spacing: -.01em; }}
label {{ display: block; margin: 1rem 0 .25rem; font-weight: 600; font-size: .9375rem; }}
input {{
  width: 100%; font: inherit; color: inherit; background: transparent; padding: .6rem .75rem;
  border: 1px solid var(--line); border-radius: .375rem;
}}
button {{
  width: 100%; margin-top: 1.5rem; font: inherit; font-weight: 600; padding: .65rem 1rem;
  color: var(--on-accent); background: var(--accent); border: 0; border-radius: .375rem;
  cursor: pointer;
}}
:focus-visible {{ outline: 3px solid var(--accent); outline-offset: 2px; }}
[role=alert] {{ margin: 0; color: var(--wrong); font-weight: 600; }}
p {{ color: var(--quiet); margin: 0; }}
a {{ color: var(--accent); }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""
FORM = """{alert}
<form method="post" action="/sign-in">
<label for="name">Name</label>
<input id="name" name="name" value="{name}" autocomplete="username" autocapitalize="none"
 spellcheck="false" required maxlength="64" {name_focus}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required
 maxlength="1024" {password_focus}>
<button>Sign in</button>
</form>"""
SIGN_OUT_FORM = """<p>You are signed in as {name}.</p>
<form method="post" action="/sign-out"><button>Sign out</button></form>
<p style="margin-top:1rem"><a href="/">Back to the archive</a></p>"""


class SignIn:
    """Signing in and out, with the sessions of those who are."""

    def __init__(
        self, users: UsersFile, *, secure: bool, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Begins with nobody signed in.

        Args:
            users: Who may sign in.
            secure: Whether browsers reach the server by https, so that the cookie must.
            clock: Seconds that only go forward.
        """
        self._users = users
        self._secure = secure
        self._sessions = Sessions(users, clock)
        self._attempts = Attempts(clock)
        # Browsers take a cookie of this name only from where https and the path are right.
        self._cookie = f"__Host-{COOKIE}" if secure else COOKIE

    @property
    def routes(self) -> list[Route]:
        """The pages, and where their forms go."""
        return [
            Route(SIGN_IN, self._show_form, methods=["GET"]),
            Route(SIGN_IN, self._sign_in, methods=["POST"]),
            Route(SIGN_OUT, self._show_sign_out, methods=["GET"]),
            Route(SIGN_OUT, self._sign_out, methods=["POST"]),
        ]

    def user(self, scope: Scope) -> str | None:
        """Who sent a request; None where nobody is signed in."""
        return self._sessions.user(self._token(scope))

    def _token(self, scope: Scope) -> str:
        cookies: SimpleCookie = SimpleCookie()
        try:
            cookies.load(Headers(scope=scope).get("cookie", ""))
        except CookieError:
            return ""
        return cookies[self._cookie].value if self._cookie in cookies else ""

    async def _show_form(self, request: Request) -> Response:
        if self.user(request.scope) is not None:
            return RedirectResponse("/", 303)
        return _form_page()

    async def _sign_in(self, request: Request) -> Response:
        fields = await _form_fields(request)
        name = fields.get("name", "").strip().lower()
        address = request.client.host if request.client else ""
        pause = self._attempts.begin(address, name)
        if pause > 0:
            page = _form_page(name, TOO_MANY.format(pause=_in_words(pause)), 429)
            page.headers["Retry-After"] = str(int(pause) + 1)
            return page
        password = await run_sync(self._users.check, name, fields.get("password", ""))
        if password is None:
            return _form_page(name, WRONG, 403)
        self._attempts.succeeded(address, name)
        self._sessions.end(self._token(request.scope))
        response = RedirectResponse("/", 303)
        response.set_cookie(
            self._cookie,
            self._sessions.begin(name, password),
            max_age=int(LONGEST_SECONDS),
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="strict",
        )
        return response

    async def _show_sign_out(self, request: Request) -> Response:
        user = self.user(request.scope) or ""
        return _page("Sign out of threadqa", SIGN_OUT_FORM.format(name=html.escape(user)))

    async def _sign_out(self, request: Request) -> Response:
        self._sessions.end(self._token(request.scope))
        response = RedirectResponse(SIGN_IN, 303)
        response.delete_cookie(
            self._cookie, path="/", secure=self._secure, httponly=True, samesite="strict"
        )
        # Whatever the browser keeps of the conversations goes with the session.
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


async def _form_fields(request: Request) -> dict[str, str]:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LONGEST_FORM_BYTES:
            return {}
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=10)
    except ValueError:  # more fields than the form has
        return {}
    return {name: values[0] for name, values in fields.items()}


def _form_page(name: str = "", problem: str = "", status: int = 200) -> HTMLResponse:
    alert = f'<p role="alert">{html.escape(problem)}</p>' if problem else ""
    form = FORM.format(
        alert=alert,
        name=html.escape(name[:64]),
        name_focus="" if name else "autofocus",
        password_focus="autofocus" if name else "",
    )
    return _page(TITLE, form, status)


def _page(title: str, body: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(PAGE.format(title=html.escape(title), body=body), status)


def _in_words(seconds: float) -> str:
    whole = int(seconds) + 1
    if whole < 120:
        return "1 second" if whole == 1 else f"{whole} seconds"
    return f"{-(-whole // 60)} minutes"
