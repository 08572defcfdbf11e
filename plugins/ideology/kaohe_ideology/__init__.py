"""The ideology scheme: YAML only; the folders beside this file are the plugin."""
