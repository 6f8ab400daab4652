"""The web chat for `gradio app.py` and hosted Spaces: the same as `threadqa serve`."""

from threadqa.cli.main import app

if __name__ == "__main__":
    app(["serve"])
