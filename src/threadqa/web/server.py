"""The web server: Gradio's page mounted on FastAPI, behind the guard."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from threadqa.web.workspace import Workspace

if TYPE_CHECKING:
    from fastapi import FastAPI

__all__ = ["create_app"]

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "::1")
AT_ONCE = 4
MOST_WAITING = 64


def prepare_gradio() -> None:
    """Sets Gradio's environment, before it is imported: nothing that tells or shows others."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    for name in ("SHARE", "MCP_SERVER", "RUN_HISTORY", "SSR_MODE", "VIBE_MODE", "ALLOWED_PATHS"):
        os.environ.pop(f"GRADIO_{name}", None)


def create_app(workspace: Workspace) -> FastAPI:
    """The whole web application.

    Args:
        workspace: What the pages work with.
    """
    prepare_gradio()
    import gradio as gr
    from fastapi import FastAPI

    from threadqa.web.guard import Guard
    from threadqa.web.pages import build

    page = build(workspace)
    page.blocks.queue(max_size=MOST_WAITING, default_concurrency_limit=AT_ONCE, api_open=False)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    gr.mount_gradio_app(
        app,
        page.blocks,
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size=workspace.settings.web_max_upload_bytes,
        ssr_mode=False,
        enable_monitoring=False,
        mcp_server=False,
        pwa=False,
        theme=page.theme,
        css=page.css,
        js=page.js,
        head=page.head,
    )
    app.add_middleware(Guard, hosts=LOOPBACK_NAMES, own_paths=())
    return app
