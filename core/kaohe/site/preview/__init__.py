"""The real forms and the real derivation of a scheme file, while it is being written.

``kaohe preview FILE`` starts the site on a database of its own that is thrown away.  One campaign
with made-up subjects follows the file: whenever it changes, the campaign gets the new version and
keeps what was typed.  Nobody logs in; `middleware` takes the part of whoever fills a form in.
"""
