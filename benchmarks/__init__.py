"""How fast the pages are, measured on the demo."""
