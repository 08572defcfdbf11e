"""The kit for people who write schemes: made-up facts, simulation, differences, new plugins.

Everything here works on a scheme file alone: no Django, no database.
"""
