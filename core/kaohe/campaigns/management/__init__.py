"""Commands of this floor, for ``kaohe manage``."""
