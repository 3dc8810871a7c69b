import type { Chart } from '@attune/core'
import { describe, expect, it } from 'vitest'
import { renderSvg } from '../../src/pictures/render-svg.ts'

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
