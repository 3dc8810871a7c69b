import type { Chart, SpaceChart } from '@attune/core'
import { chartOption } from '@attune/core'
import { describe, expect, it } from 'vitest'
import { renderSvg } from '../../src/pictures/render-svg.ts'
import { sketch } from '../../src/pictures/sketch.ts'

const chart = (title: string): Chart => ({
  title,
  subtitle: 'over 5 seeds',
  x: { name: 'learning rate', scale: 'log' },
  y: { name: 'error', unit: '%' },
  marks: [
    {
      kind: 'band',
      name: 'quartiles',
      points: [
        [0.001, 3, 5],
        [0.01, 2, 3],
      ],
    },
    {
      kind: 'points',
      name: 'a < b',
      points: [
        [0.001, 4],
        [0.01, 2.5],
      ],
      shape: 'cross',
    },
    { kind: 'rule', name: 'published', at: { y: 3 } },
  ],
})

describe('a chart as an SVG picture', () => {
  it('gives the same bytes for the same chart', async () => {
    const first = await renderSvg(chart('Error'))
    await renderSvg(chart('Another'))
    expect(await renderSvg(chart('Error'))).toBe(first)
  })

  it('scales, says what it shows, and needs nothing else', async () => {
    const svg = await renderSvg(chart('Error & more'), { width: 500, height: 300 })
    expect(svg).toMatch(/^<svg [^>]*viewBox="0 0 500 300" width="100%"/)
    expect(svg).toContain('Error &amp; more</title>')
    expect(svg).toContain('error in % by learning rate. over 5 seeds. Shown: quartiles, a &lt; b')
    expect(svg).toContain('>error (%)</text>')
    expect(svg.replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:|<script|<style|class=/)
  })

  it('keeps names within several pictures of a page apart', async () => {
    const pictures = [await renderSvg(chart('One')), await renderSvg([chart('One'), chart('Two')])]
    const ids = pictures.flatMap((svg) => [...svg.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))
    expect(ids.length).toBeGreaterThan(5)
    expect(new Set(ids).size).toBe(ids.length)
    const used = pictures.join('').matchAll(/url\(#([^)]+)\)/g)
    for (const [, id] of used) expect(ids).toContain(id)
  })

  it('puts several charts into rows', async () => {
    const svg = await renderSvg([chart('One'), chart('Two'), chart('Three')], { columns: 2 })
    expect(svg).toContain('viewBox="0 0 1280 800"')
    expect(svg.match(/<svg x="(\d+)" y="(\d+)"/g)).toEqual([
      '<svg x="0" y="0"',
      '<svg x="640" y="0"',
      '<svg x="0" y="400"',
    ])
  })

  it('has a dark theme', async () => {
    expect(await renderSvg(chart('Dark'), { theme: 'dark' })).toContain('#0d1117')
  })
})

describe('a chart of three axes', () => {
  const space: SpaceChart = {
    ...{ kind: 'space', title: 'Front', summary: 'Front: two trials.' },
    axes: [{ name: 'loss', good: 'low' }, { name: 'time', unit: 's' }, { name: 'size <mb>' }],
    marks: [
      {
        ...{ kind: 'points', name: 'front', shape: 'diamond' },
        points: [
          [1, 2, 3],
          [2, 4, 1],
        ],
        trials: [4, 7],
      },
    ],
  }

  it('is a picture with its axes, points and legend, always the same', async () => {
    const svg = await renderSvg(space, { width: 500, height: 300 })
    expect(await renderSvg(space, { width: 500, height: 300 })).toBe(svg)
    for (const text of ['loss ←', 'time (s)', 'size &lt;mb&gt;', 'front']) {
      expect(svg).toContain(`>${text}</text>`)
    }
    // Two points and the sign of the legend.
    expect(svg.match(/<path d="M[^"]+z"/g)).toHaveLength(3)
    expect(svg).not.toContain('NaN')
  })

  it('is sketched as its pairs', () => {
    const lines = sketch(space, { columns: 60, rows: 4, ascii: true })
    for (const name of ['Front', 'size <mb> against loss', 'size <mb> against time']) {
      expect(lines).toContain(name)
    }
  })

  it('says why it is empty', async () => {
    const empty = { ...space, marks: [], note: 'No trial yet.' }
    expect(await renderSvg(empty)).toContain('>No trial yet.</text>')
    expect(sketch(empty, { columns: 60 }).join('\n')).toContain('No trial yet.')
  })
})

it('tells times in UTC, so that a picture is the same in every zone', async () => {
  const at = Date.UTC(2026, 10, 22, 13, 0)
  const times: Chart = {
    ...{ title: 'loss over started', y: { name: 'loss', good: 'low' } },
    x: { name: 'started', time: true },
    marks: [
      {
        ...{ kind: 'points', name: 'complete' },
        points: [
          [at, 1],
          [at + 7_200_000, 2],
        ],
      },
    ],
  }
  const svg = await renderSvg(times)
  expect(svg).toContain('>started (UTC)</text>')
  expect(svg).toContain('14:00')
  // Zones of the machine that tests run on tell nothing.
  expect(chartOption(times, { width: 600 })).toMatchObject({ useUTC: true })
  expect(sketch(times, { columns: 70 }).join('\n')).toContain('2026-11-22 13:00:00 UTC')
})
