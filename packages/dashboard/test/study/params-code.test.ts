import { expect, test } from 'vitest'

import { paramsCode } from '../../src/pages/study/model/params-code.ts'

const nested = {
  lr: 0.001,
  optimizer: { kind: 'sgd', momentum: 0.9 },
  layers: [{ units: 32 }, { units: 64 }],
  name: "it's on",
  yes: 'yes',
  bias: true,
  none: null,
}
const flat = { lr: 0.001, optimizer: 'sgd', name: "it's on", bias: true, none: null }

test('JSON reads back as it was', () => {
  expect(JSON.parse(paramsCode('json', nested, flat))).toEqual(nested)
})

test('YAML quotes what readers would take for something else', () => {
  expect(paramsCode('yaml', nested, flat)).toBe(`lr: 0.001
optimizer:
  kind: sgd
  momentum: 0.9
layers:
  - units: 32
  - units: 64
name: "it's on"
"yes": "yes"
bias: true
none: null`)
})

test('Python writes its own words for true, false and none', () => {
  expect(
    paramsCode('python', { bias: true, none: null, list: [1, 'a'], deep: { x: false } }, flat),
  ).toBe(
    `{
    "bias": True,
    "none": None,
    "list": [1, "a"],
    "deep": {
        "x": False,
    },
}`,
  )
})

test('flags take flat names and quote as a shell does', () => {
  expect(paramsCode('flags', nested, flat)).toBe(
    String.raw`--lr 0.001 --optimizer sgd --name 'it'\''s on' --bias true`,
  )
})
