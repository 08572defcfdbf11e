"""Small schemes for tests, written as a designer would write them."""

from __future__ import annotations

from pathlib import Path

SMALL = """\
id: demo.small
version: "2026.1"
title: 小办法
source: {document: "示例"}
period: year
decimals: 2
subjects:
  unit: {title: 单位, kind: organization}
parameters:
  points: {title: 分值, type: numbers, default: ["60", "40"], labels: [甲, 乙], total: 100}
  on: {title: 加在哪里, type: choice, options: {a: 甲法, b: 乙法}, default: a}
items:
  table:
    title: 指标
    total: 100
    cite: "一"
    items:
      - {id: one, title: 甲, points: {parameter: points, index: 0}}
      - {id: two, title: 乙, points: {parameter: points, index: 1}}
instruments:
  own: {type: sheet, title: 自评, by: subject, items: table}
scores:
  base: {title: 基础分, sheet: own, cite: "一"}
  total:
    title: 总分
    cite: "二"
    choose:
      parameter: on
      a: {cap: {of: base, at: 90}}
      b: {mean: [base, base]}
grades:
  unit: {title: 等次, subject: unit, of: total, bands: {好: 80, 差: 0}, cite: "三"}
"""
LITERAL = Path(__file__).parent / "literal" / "duty.yaml"
