"""Schemes an office writes itself: uploaded in the browser, checked, tried, then offered.

A scheme stays open to corrections until a campaign uses it; from then on its version is frozen and
a change needs a new one.
"""
