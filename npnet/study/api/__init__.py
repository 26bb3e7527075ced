"""The API reference: a page for each public module, made by Sphinx from the docstrings; nothing is fetched for it."""
