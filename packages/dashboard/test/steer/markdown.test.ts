import fc from 'fast-check'
import type { ComponentChildren, VNode } from 'preact'
import { describe, expect, it } from 'vitest'
import { Markdown } from '../../src/steer/markdown.tsx'

/** The elements of what is shown, as HTML would write them; text is escaped as a browser would. */
function html(node: ComponentChildren): string {
  if (node === null || node === undefined || typeof node === 'boolean') return ''
  if (Array.isArray(node)) return (node as ComponentChildren[]).map(html).join('')
  if (typeof node !== 'object') return String(node).replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  const { type, props } = node as VNode<Record<string, unknown>>
  const { children, ...rest } = props
  if (typeof type === 'function') return html(children as ComponentChildren)
  const attributes = Object.entries(rest).map(([name, value]) => ` ${name}="${String(value)}"`)
  return `<${String(type)}${attributes.join('')}>${html(children as ComponentChildren)}</${String(type)}>`
}

const shown = (text: string): string =>
  html((Markdown({ text }) as VNode<{ children: ComponentChildren }>).props.children)

/** The names of all elements and attributes. */
function names(text: string): { elements: Set<string>; attributes: Map<string, string[]> } {
  const elements = new Set<string>()
  const attributes = new Map<string, string[]>()
  const walk = (node: ComponentChildren): void => {
    if (Array.isArray(node)) (node as ComponentChildren[]).forEach(walk)
    else if (typeof node === 'object' && node !== null) {
      const { type, props } = node as VNode<Record<string, unknown>>
      if (typeof type === 'string') elements.add(type)
      for (const [name, value] of Object.entries(props)) {
        if (name === 'children') walk(value as ComponentChildren)
        else attributes.set(name, [...(attributes.get(name) ?? []), String(value)])
      }
    }
  }
  walk(Markdown({ text }))
  return { elements, attributes }
}

describe('notes in Markdown', () => {
  it('shows paragraphs, headings, lists, quotes, rules and code', () => {
    expect(shown('one\ntwo\n\nthree')).toBe('<p>one<br></br>two</p><p>three</p>')
    expect(shown('# A\n### B #\n###### C')).toBe('<h3>A</h3><h5>B</h5><h6>C</h6>')
    expect(shown('- a\n- b\n  - c\n\n3. x\n4. y')).toBe(
      '<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul><ol start="3"><li>x</li><li>y</li></ol>',
    )
    expect(shown('> said\n> twice')).toBe('<blockquote><p>said<br></br>twice</p></blockquote>')
    expect(shown('a\n\n---\n\nb')).toBe('<p>a</p><hr></hr><p>b</p>')
    expect(shown('```py\nx = **1**\n\n<b>\n```\nend')).toBe(
      '<pre><code>x = **1**\n\n&lt;b></code></pre><p>end</p>',
    )
    expect(shown('```\nnever closed')).toBe('<pre><code>never closed</code></pre>')
  })

  it('shows bold, italic, code and links within a line', () => {
    expect(shown('**a *b*** `c*` _d_ snake_case_name 2 * 3 * 4')).toBe(
      '<p><strong>a <em>b</em></strong> <code>c*</code> <em>d</em> snake_case_name 2 * 3 * 4</p>',
    )
    const attributes = 'target="_blank" rel="noopener noreferrer nofollow"'
    expect(shown('[site](https://a.example/b?c=1) or http://d.example.')).toBe(
      `<p><a href="https://a.example/b?c=1" ${attributes}>site</a> or <a href="http://d.example/" ${attributes}>http://d.example</a>.</p>`,
    )
    expect(shown('\\*not\\* `unclosed **x')).toBe('<p>*not* `unclosed **x</p>')
  })

  it('shows HTML and scripts as text', () => {
    expect(shown('<script>alert(1)</script>')).toBe('<p>&lt;script>alert(1)&lt;/script></p>')
    expect(shown('**<img src=x onerror=alert(1)>**')).toBe(
      '<p><strong>&lt;img src=x onerror=alert(1)></strong></p>',
    )
  })

  it.each([
    '[a](javascript:alert(1))',
    '[a](JaVaScRiPt:alert`1`)',
    '[a](java\tscript:x)',
    '[a](data:text/html,x)',
    '[a](vbscript:x)',
    '[a](//evil.example)',
    '[a](/api/studies)',
    '![a](https://evil.example/pixel.png)',
    '<https://x" onclick="y>',
  ])('makes no dangerous link of %s', (text) => {
    const { attributes, elements } = names(text)
    for (const href of attributes.get('href') ?? []) expect(href).toMatch(/^https?:\/\/[^"<>]+$/)
    expect(elements.has('img')).toBe(false)
    if (text.startsWith('[')) expect(elements.has('a')).toBe(false)
  })

  it('makes nothing but the known elements of any text, and keeps its words', () => {
    const pieces = fc.constantFrom(
      ...'*_`[]()<>#->+1.\\!:/~ \n"\'&'.split(''),
      'https://',
      'javascript:',
      '<script>',
      'word',
      '```\n',
      '  ',
    )
    const known = new Set(
      'div p br h3 h4 h5 h6 ul ol li blockquote pre code strong em a hr'.split(' '),
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 80 }), (parts) => {
        const text = parts.join('')
        const { elements, attributes } = names(text)
        for (const element of elements) expect(known.has(element)).toBe(true)
        for (const name of attributes.keys()) {
          expect(['class', 'href', 'target', 'rel', 'start']).toContain(name)
        }
        const words = (s: string): number => s.split('word').length
        expect(words(shown(text))).toBeGreaterThanOrEqual(words(text))
      }),
      { numRuns: 300 },
    )
  })

  it.each([
    '*'.repeat(20_000),
    '['.repeat(20_000),
    '> '.repeat(5000),
    '`'.repeat(9999) + 'a',
    '_a '.repeat(8000),
    '- '.repeat(5000),
  ])('reads long odd text quickly (%#)', (text) => {
    const start = performance.now()
    Markdown({ text })
    shown(text)
    expect(performance.now() - start).toBeLessThan(1500)
  })
})
