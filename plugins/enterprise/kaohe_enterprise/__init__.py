"""The enterprise schemes: YAML only; the folders beside this file are the plugin."""
