"""The web chat: what it works with, its server and its pages; gradio is imported on use."""
