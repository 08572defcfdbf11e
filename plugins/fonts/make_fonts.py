"""Make the TTFs of `kaohe_fonts/files` from the whole Noto fonts (run by hand, never in a build).

The sources are the npm packages ``@expo-google-fonts/noto-sans-sc`` and ``noto-serif-sc`` 0.4.3
(OFL-1.1), unpacked with ``npm pack`` and ``tar``; the list of the 8105 standard characters comes
from ``pypinyin-dict`` (MIT).  Nothing is downloaded here::

    pip install fonttools==4.68.0 pypinyin-dict==0.9.0
    python make_fonts.py FOLDER_WITH_THE_UNPACKED_PACKAGES
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from pypinyin_dict.pinyin_data.kmandarin_8105 import pinyin_dict

OUT = Path(__file__).parent / "kaohe_fonts" / "files"
FACES = {
    "NotoSerifSC_400Regular.ttf": "serif-400.ttf",
    "NotoSerifSC_700Bold.ttf": "serif-700.ttf",
    "NotoSansSC_400Regular.ttf": "sans-400.ttf",
    "NotoSansSC_700Bold.ttf": "sans-700.ttf",
}
REST_OF = "NotoSerifSC_400Regular.ttf"
REST = "serif-400-rest.ttf"
DROPPED = ["GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx", "VORG", "meta", "DSIG"]


def is_han(code: int) -> bool:
    """Return whether the code point is a Han character (compatibility forms included)."""
    return 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or code >= 0x20000


def read_gb2312() -> set[int]:
    """Return the code points of GB2312: Han and symbols."""
    return {
        ord(bytes((row, cell)).decode("gb2312", "replace")[0])
        for row in range(0xA1, 0xF8)
        for cell in range(0xA1, 0xFF)
    } - {0xFFFD}


def choose_codes(cmap: set[int]) -> set[int]:
    """Return what every face carries: standard characters, GB2312, all beyond the BMP, symbols."""
    standard = set(pinyin_dict)
    if len(standard) != 8105:
        sys.exit(f"the list of standard characters has {len(standard)} characters, not 8105")
    beyond = {code for code in cmap if code >= 0x20000}
    symbols = {code for code in cmap if not is_han(code) and not 0x1100 <= code <= 0x11FF}
    return (standard | read_gb2312() | beyond | symbols) & cmap


def write_subset(source: Path, target: Path, *, codes: set[int], suffix: str = "") -> None:
    """Write a subset; `suffix` makes names of its own, since reportlab keys fonts by name ID 6."""
    font = TTFont(source, recalcTimestamp=False)
    options = Options(
        hinting=False,
        layout_features=[],
        name_IDs=["*"],
        name_legacy=True,
        notdef_outline=True,
        recalc_timestamp=False,
    )
    options.drop_tables += DROPPED
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=codes)
    subsetter.subset(font)
    if suffix:
        for record in font["name"].names:
            text = record.toUnicode()
            if record.nameID == 6:
                family, _, style = text.partition("-")
                record.string = f"{family}{suffix}-{style}"
            elif record.nameID in (1, 3, 4, 16):
                record.string = f"{text} {suffix}"
    font.save(target)
    print(f"{target.name}: {len(codes)} characters, {target.stat().st_size / 1e6:.1f} MB")


def main() -> None:
    """Make the four faces and the fallback."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    OUT.mkdir(exist_ok=True)
    found = {path.name: path for path in folder.rglob("*.ttf")}
    if missing := sorted(set(FACES) - set(found)):
        sys.exit(f"not found under {folder}: {', '.join(missing)}")
    for name, target in FACES.items():
        cmap = set(TTFont(found[name], lazy=True).getBestCmap())
        codes = choose_codes(cmap)
        if lost := set(pinyin_dict) - codes:
            sys.exit(f"{name} lacks {len(lost)} standard characters")
        write_subset(found[name], OUT / target, codes=codes)
    cmap = set(TTFont(found[REST_OF], lazy=True).getBestCmap())
    rest = {code for code in cmap - choose_codes(cmap) if is_han(code)}
    write_subset(found[REST_OF], OUT / REST, codes=rest, suffix="Rest")


if __name__ == "__main__":
    main()
