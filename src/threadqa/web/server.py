"""The web application: Gradio's page mounted on FastAPI, behind the guard."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from threadqa.language_models.servers import configured_server
from threadqa.settings import Settings
from threadqa.web.workspace import Workspace

if TYPE_CHECKING:
    from fastapi import FastAPI, Request

__all__ = ["create_app"]

MOST_AT_ONCE = 4
MOST_WAITING = 64
FILES_AT_ONCE = 4  # of the largest size, in one request
SECONDS_KEPT = 24 * 3600
SECONDS_BETWEEN_DELETIONS = 3600
SWITCHED_OFF = (
    "SHARE", "MCP_SERVER", "RUN_HISTORY", "HISTORY_BUCKET", "SSR_MODE", "VIBE_MODE", "WATCH_DIRS",
    "ALLOWED_PATHS", "ROOT_PATH", "PROFILING", "DEBUG", "HOT_RELOAD", "CACHE_EXAMPLES",
    "EXAMPLES_CACHE", "NODE_PATH",
)  # fmt: skip
"""Variables of Gradio's that would tell or show others something, whoever set them."""


def prepare_gradio(files: Path) -> None:
    """Sets Gradio's environment; before it is imported, which reads some of it.

    Args:
        files: Folder for what is uploaded and downloaded.
    """
    for name in SWITCHED_OFF:
        os.environ.pop(f"GRADIO_{name}", None)
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["GRADIO_TEMP_DIR"] = str(files)


def _at_once(settings: Settings) -> int:
    """How many of one kind of request are worked on at a time; the others wait their turn.

    Without a language model, an answer is work for a processor: more of them than there are
    processors only make each other wait.
    """
    if configured_server(settings) is not None:
        return MOST_AT_ONCE
    return min(MOST_AT_ONCE, os.cpu_count() or 1)


def create_app(workspace: Workspace, files: Path) -> FastAPI:
    """The whole web application.

    Args:
        workspace: What the pages work with; its settings say who may sign in.
        files: An empty folder of this process alone, for what is uploaded and downloaded.

    Raises:
        SettingsError: The users file cannot be read, or names nobody.
        UsageError: The settings let others in without sign-in.
    """
    from threadqa.web.access import check_access, hosts_of, is_secure

    settings = workspace.settings
    check_access(settings)
    files = files.resolve()
    prepare_gradio(files)
    import gradio as gr
    from fastapi import FastAPI

    from threadqa.web.api import add_api
    from threadqa.web.guard import Guard, Rules
    from threadqa.web.pages import build
    from threadqa.web.sign_in import SignIn
    from threadqa.web.users import UsersFile

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    sign_in = None
    if settings.web_users is not None:
        sign_in = SignIn(UsersFile(settings.web_users), secure=is_secure(settings))
        app.router.routes.extend(sign_in.routes)
    page = build(workspace)
    with page.blocks:
        add_api(workspace)
    page.blocks.delete_cache = (SECONDS_BETWEEN_DELETIONS, SECONDS_KEPT)
    page.blocks.queue(
        max_size=MOST_WAITING, default_concurrency_limit=_at_once(settings), api_open=False
    )
    gr.mount_gradio_app(
        app,
        page.blocks,
        path="/",
        auth_dependency=_user,
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size=settings.web_max_upload_bytes,
        ssr_mode=False,
        enable_monitoring=False,
        mcp_server=False,
        pwa=False,
        theme=page.theme,
        css=page.css,
        js=page.js,
        head=page.head,
    )
    # Only of an app that was launched does Gradio check that the files a client names are uploads.
    page.blocks.has_launched = True
    rules = Rules(
        hosts=hosts_of(settings),
        files=files,
        most_upload_bytes=FILES_AT_ONCE * settings.web_max_upload_bytes + 1_000_000,
        sign_in=sign_in,
    )
    app.add_middleware(Guard, rules=rules)
    app.state.end_streams = _end_streams(app)
    return app


def _end_streams(app: FastAPI) -> Callable[[], None]:
    """What ends the connections that pages hold open, so that the server can stop at once."""
    from gradio.routes import App

    (mounted,) = [
        found for route in app.routes if isinstance(found := getattr(route, "app", None), App)
    ]
    return mounted.stop_event.set


def _user(request: Request) -> str | None:
    """Who sent a request, as the guard found; pages have it as the request's username."""
    from threadqa.web.guard import USER_KEY

    user: str | None = request.scope.get(USER_KEY)
    return user
