"""A derivation as a page shows it: the stored tree turned into plain view data, no arithmetic of
scores, no database.  HTML, text and the public page are all built from here.
"""
