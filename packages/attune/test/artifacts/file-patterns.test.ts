import { describe, expect, it } from 'vitest'
import { checkPattern, compilePatterns } from '../../src/artifacts/file-patterns.ts'

function matches(pattern: string, name: string): boolean {
  const parts = name.split('/')
  const end = parts.reduce((state, part) => state.enter(part), compilePatterns([pattern]))
  return end.matches.length > 0
}

describe('patterns of files', () => {
  it.each([
    ['model.onnx', 'model.onnx'],
    ['*.onnx', 'model.onnx'],
    ['m?del.onnx', 'mödel.onnx'],
    ['?.txt', '😀.txt'],
    ['a*c*e', 'abcde'],
    ['plots/*.png', 'plots/loss.png'],
    ['plots/**/*.png', 'plots/loss.png'],
    ['plots/**/*.png', 'plots/a/b/loss.png'],
    ['**/*.png', 'loss.png'],
    ['**/b/**/c', 'a/b/b/x/c'],
    ['**', 'a/b'],
    ['plots/**', 'plots/a/b'],
    ['plots/', 'plots/a/b'],
    ['.cache/*', '.cache/a'],
    ['a+(b)[c]{d}$^|.txt', 'a+(b)[c]{d}$^|.txt'],
    ['weights-**.bin', 'weights-7.bin'],
    ['line\n*', 'line\nbreak\n'],
  ])('%j matches %j', (pattern, name) => {
    expect(checkPattern(pattern)).toBeUndefined()
    expect(matches(pattern, name)).toBe(true)
  })

  it.each([
    ['model.onnx', 'sub/model.onnx'],
    ['model.onnx', 'model_onnx'],
    ['model.onnx', 'model.onnx.tmp'],
    ['*.png', 'plots/loss.png'],
    ['plots/*', 'plots/a/b'],
    ['plots/**', 'plots'],
    ['plots/', 'plots'],
    ['plots/**/*.png', 'plots.png'],
    ['*', '.hidden'],
    ['?hidden', '.hidden'],
    ['**/*.png', '.cache/loss.png'],
    ['**', 'a/.b/c'],
    ['[abc]', 'a'],
    ['a?b', 'a/b'],
  ])('%j does not match %j', (pattern, name) => {
    expect(checkPattern(pattern)).toBeUndefined()
    expect(matches(pattern, name)).toBe(false)
  })

  it('goes down only where something may match', () => {
    const root = compilePatterns(['plots/**/*.png', 'logs/a/b.txt'])
    const isOpen = (...path: string[]): boolean =>
      path.reduce((state, name) => state.enter(name), root).isOpen
    expect(isOpen('plots', 'x', 'y')).toBe(true)
    expect(isOpen('logs', 'a')).toBe(true)
    expect(isOpen('logs', 'b')).toBe(false)
    expect(isOpen('data')).toBe(false)
  })

  it('tells which of several patterns match', () => {
    const state = compilePatterns(['*.onnx', 'model.*', '*.png']).enter('model.onnx')
    expect(state.matches).toEqual([0, 1])
  })

  it('takes its time with many stars in linear proportion', () => {
    const started = performance.now()
    matches(`${'**/'.repeat(30)}x`, 'a/'.repeat(300))
    matches('*a'.repeat(6), 'a'.repeat(200) + 'b')
    expect(performance.now() - started).toBeLessThan(2000)
  })

  it.each([
    ['/etc/passwd', 'must be relative'],
    ['C:/windows', 'must be relative'],
    ['../other/model.onnx', 'leads out of'],
    ['a/../../b', 'leads out of'],
    ['a//b', 'empty part'],
    ['./a', 'empty part'],
    ['', 'has a name'],
    ['plots\\a.png', 'write folders with "/"'],
    ['a\0b', 'no NUL'],
  ])('refuses %j: %s', (pattern, words) => {
    expect(checkPattern(pattern)).toContain(words)
  })
})
