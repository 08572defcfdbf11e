"""The empty roll an office fills in; what it holds is what the import understands."""

from __future__ import annotations

import io

from kaohe.register.importing.columns import GROUP_TITLES, ROLL_TITLES

_WIDTHS = {"order": 6, "name": 26, "parent": 18, "note": 24, "people": 28, "units": 70}
_HELP = (
    ("花名册", "一行一个单位；名称不能重复。合计行、空行、标题行会自动跳过。"),
    ("类别", "用本单位的叫法：村、机关、总支、社区……"),
    ("隶属", "上级单位的名称；上级不在表里时，导入时会询问。"),
    ("书记姓名", "只写姓名；空缺可写“空缺”。"),
    ("党员数", "整数。"),
    ("成立时间", "如 1998年7月、2011-07-01、1987.10.1。"),
    ("考核组", "一行一个组；多人之间、多个单位之间用顿号“、”隔开；单位名称与花名册一致。"),
)


def roll_template() -> bytes:
    """An .xlsx with the two sheets to fill in and one that explains them."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True, "bg_color": "#E9F0F6", "border": 1})
        text = book.add_format({"num_format": "@"})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        for title, titles in (("花名册", ROLL_TITLES), ("考核组", GROUP_TITLES)):
            sheet = book.add_worksheet(title)
            sheet.freeze_panes(1, 0)
            for column, (field, label) in enumerate(titles.items()):
                # Text format keeps Excel from turning 2003.10 into 2003.1.
                kept = text if field == "founded" else None
                sheet.set_column(column, column, _WIDTHS.get(field, 14), kept)
                sheet.write_string(0, column, label, bold)
        sheet = book.add_worksheet("填写说明")
        sheet.set_column(0, 0, 14, wrap)
        sheet.set_column(1, 1, 80, wrap)
        for row, (label, text_of) in enumerate(_HELP):
            sheet.write_string(row, 0, label, bold)
            sheet.write_string(row, 1, text_of, wrap)
    return out.getvalue()
