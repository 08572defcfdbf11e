"""Commands of the site, for ``kaohe manage``."""
