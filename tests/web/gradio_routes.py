"""Prints every route of a Gradio app as JSON, [method, path] each, parameters filled in.

A process of its own, so that the tests' process does not import Gradio.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from typing import Any


def routes(owner: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - apps, mounts and routers
    for route in owner.routes:
        # FastAPI keeps an included router whole; a mounted app has its own routes.
        inner = getattr(route, "original_router", None) or getattr(route, "app", None)
        if hasattr(inner, "routes"):
            yield from routes(inner)
        elif getattr(route, "path", None):
            path = re.sub(r"\{[^}]*\}", "x", route.path)
            yield from ((method, path) for method in sorted(route.methods or ()))


def main() -> None:
    import gradio as gr
    from fastapi import FastAPI

    with gr.Blocks(analytics_enabled=False) as blocks:
        gr.Textbox()
    app = FastAPI()
    gr.mount_gradio_app(app, blocks, path="/", mcp_server=False, ssr_mode=False)
    json.dump(sorted(set(routes(app))), sys.stdout)


if __name__ == "__main__":
    main()
