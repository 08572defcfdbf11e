"""``kaohe show``: the whole scheme in words, whatever the language can say."""

from __future__ import annotations

import pytest

from kaohe import catalogue
from kaohe.cli.scheme_text import scheme_text
from kaohe.scheme.reading import read_source

EVERYTHING = """\
id: demo.words
version: "2026.1"
title: 样样都有
source: {document: "示例"}
period: quarter
decimals: 2
subjects:
  unit: {title: 单位, kind: organization, classes: {a: 甲类, b: 乙类}}
items:
  table:
    title: 指标
    sections: {first: {title: 第一组, total: 10}}
    items:
      - id: rows
        title: 逐条扣
        points: 10
        section: first
        deduct:
          - {id: none, title: 没有开展, zero: true}
          - {id: once, title: 缺计划, once: 2}
          - {id: held, title: 会议, each: 1, at_least: 4, unit: 次, most: 3}
      - {id: hours, title: 时长, points: 5, bracket: {of: {title: 小时数, unit: 小时}, lowest: {100: 5, 50: 3}}}
      - {id: came, title: 出勤, points: 5, ratio_bracket: {part: {title: 实到}, whole: {title: 应到}, lowest: {90: 5}, otherwise: 1, empty: 5}}
      - {id: share, title: 完成率, points: 5, pro_rata: {of: {title: 完成率, unit: "%"}, full_at: 90}}
      - {id: found, title: 认定, points: 1, optional: true, choice: {履行: 1, 未履行: 0}}
      - {id: sent, title: 投稿, points: 4, each: {of: {title: 篇数, unit: 篇}, points: 2}}
instruments:
  sheet: {type: sheet, title: 评分表, by: assessors, items: table}
  report:
    type: report
    title: 报告
    parts: {problems: {title: 问题, rows: {what: 问题, fix: 措施}}}
    reviews: [{id: one, title: 初审}, {id: two, title: 终审}]
    grounds: {thin: 内容空}
entries:
  finding: {title: 违纪, sign: none, event: required, statement: true, measures: {talk: 谈话}}
  fault: {title: 差错, sign: "-", points: {轻: 1, 重: 5}}
scores:
  base: {title: 基础分, sheet: sheet, cite: "一"}
  faults: {title: 差错分, entries: {rules: [fault], highest_per: [person, event]}, cite: "一"}
  total: {title: 总分, sum: [base, faults], cite: "一"}
grades:
  level: {title: 等次, subject: unit, of: total, bands: {好: 20, 差: -500}, quotas: [{label: 好, share: 20, of: roll, moves_to: 差}], cite: "一"}
lists:
  last: {title: 末位, last: 3, more_than: 5, within: class, barred_by: [finding]}
streaks:
  twice: {title: 连续末位, list: last, times: 2}
measures:
  - {id: help, title: 帮扶, lists: [last, twice]}
objection: {days: 7, unit: working}
"""


def test_show_says_everything_a_scheme_rules() -> None:
    text = scheme_text(read_source(EVERYTHING, name="words.yaml").bind())

    for words in (
        "· 第一组　10 分",
        "− 没有开展：本项记 0 分",
        "− 会议：应有 4 次，每少 1 次扣 1 分，最多扣 3 分",
        "按小时数：100 小时及以上 5；50 小时及以上 3；其余 0",
        "按实到 ÷ 应到：90%及以上 5；其余 1；应到为 0 时 5",
        "完成率达到 90%满分，不足按比例",
        "履行 1、未履行 0",
        "篇数：每 1 篇 2 分",
        "依次审核：初审 → 终审",
        "记　违纪（finding）：只登记，不计分；每条写明事项；附本人陈述；处理由有权的人选定：谈话",
        "同一人、事项只计最重的一次",
        "“好”不超过全部对象的 20%，向下取整；多出的从低分起降为“差”",
        "末位：按总分取最后 3 名；各类之内；有违纪的不列入；5 个及以下不列名单",
        "连续末位：列入末位连续 2 期及以上",
        "帮扶：建议用于末位、连续末位",
        "通报后 7 个工作日内可提异议",
    ):
        assert words in text


@pytest.mark.parametrize("name", sorted({**catalogue.schemes(), **catalogue.rollups()}))
def test_show_prints_every_scheme(name: str) -> None:
    scheme = catalogue.get(name).source.bind(operators=catalogue.syntaxes())

    text = scheme_text(scheme)

    titles = [i.title for group in scheme.items.values() for i in group.items]
    titles += [one.title for one in (*scheme.lists.values(), *scheme.streaks.values())]
    assert [] == [title for title in titles if title not in text]
