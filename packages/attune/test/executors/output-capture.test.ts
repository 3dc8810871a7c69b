import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { createOutputCapture } from '../../src/executors/output-capture.ts'
import { temporaryFolder } from './processes.ts'

let folder: string | undefined

function captured(pieces: readonly Buffer[], headBytes: number, tailBytes: number): Buffer {
  folder ??= temporaryFolder()
  const file = join(folder, 'out.txt')
  const capture = createOutputCapture({ file, headBytes, tailBytes })
  for (const piece of pieces) capture.push(piece)
  capture.end()
  return readFileSync(file)
}

afterEach(() => {
  folder = undefined
})

describe('an output capture', () => {
  it('keeps short output byte for byte, invalid UTF-8 too', () => {
    const bytes = Buffer.from([0x61, 0xff, 0x0d, 0x0a, 0x00, 0xe2, 0x82])
    expect(captured([bytes], 100, 100)).toEqual(bytes)
    expect(captured([bytes], 3, 100)).toEqual(bytes)
    expect(captured([], 3, 100)).toEqual(Buffer.alloc(0))
  })

  it('keeps the beginning and the end of long output and says what is missing', () => {
    const pieces = ['one\n', 'two\n', 'three\n', 'four\n', 'five\n'].map((s) => Buffer.from(s))
    expect(captured(pieces, 4, 5).toString()).toBe('one\n… 15 bytes left out …\nfive\n')
    expect(captured(pieces, 6, 5).toString()).toBe('one\ntw\n… 13 bytes left out …\nfive\n')
    expect(captured(pieces, 4, 0).toString()).toBe('one\n… 20 bytes left out …\n')
    expect(captured(pieces, 0, 5).toString()).toBe('… 19 bytes left out …\nfive\n')
  })

  it('does not cut within a character', () => {
    const text = captured([Buffer.from('€€€€€€\n')], 4, 6).toString()
    expect(text).toBe('€\n… 12 bytes left out …\n€\n')
    expect(captured([Buffer.from('€'.repeat(10))], 5, 5).toString()).not.toContain('\uFFFD')
  })

  it('keeps head and tail of any stream however it is cut', () => {
    const piece = fc
      .uint8Array({ maxLength: 12 })
      .map((bytes) => Buffer.from(bytes.map((b) => b % 128)))
    const size = fc.nat({ max: 15 })
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), size, size, (pieces, head, tail) => {
        const all = Buffer.concat(pieces)
        const kept = captured(pieces, head, tail)
        if (all.length <= head + tail) {
          expect(kept).toEqual(all)
          return
        }
        expect(kept.subarray(0, head)).toEqual(all.subarray(0, head))
        expect(kept.subarray(kept.length - tail)).toEqual(all.subarray(all.length - tail))
        const missing = all.length - head - tail
        const middle = kept.subarray(head, kept.length - tail).toString()
        expect(middle.trim()).toBe(`… ${missing} bytes left out …`)
      }),
      { numRuns: 200 },
    )
  })

  it('writes the beginning at once and the lines with the time of their arrival', () => {
    const file = join(temporaryFolder(), 'out.txt')
    const lines: [string, number][] = []
    let now = 5
    const capture = createOutputCapture({
      file,
      clock: () => now,
      onLine: (line, atMs) => lines.push([line, atMs]),
    })
    capture.push(Buffer.from('a\nb'))
    expect(readFileSync(file, 'utf8')).toBe('a\nb')
    now = 9
    capture.push(Buffer.from('\nc'))
    capture.end()
    expect(lines).toEqual([
      ['a', 5],
      ['b', 9],
      ['c', 9],
    ])
  })

  it('remembers the last lines as a terminal would show them', () => {
    const capture = createOutputCapture()
    capture.push(Buffer.from('start\n 10%\r 50%\r100%\nlast'))
    expect(capture.lastLines(5)).toEqual(['start', '100%'])
    capture.end()
    expect(capture.lastLines(2)).toEqual(['100%', 'last'])
  })

  it('remembers at most 100 lines, cut at 2,000 characters', () => {
    const capture = createOutputCapture()
    for (let i = 0; i < 1_000; i++) capture.push(Buffer.from(`${i}\n`))
    expect(capture.lastLines(3)).toEqual(['997', '998', '999'])
    expect(capture.lastLines(1_000)).toHaveLength(100)
    capture.push(Buffer.from(`${'x'.repeat(5_000)}\n`))
    expect(capture.lastLines(1)[0]).toBe(`${'x'.repeat(2_000)}…`)
  })

  it('refuses a file it cannot make', () => {
    const file = join(temporaryFolder(), 'missing', 'out.txt')
    expect(() => createOutputCapture({ file })).toThrow(
      expect.objectContaining({ code: 'executor/failed', details: { file } }),
    )
  })

  it('makes a lazy file when there is something to keep, and goes on if it cannot', () => {
    const folder = temporaryFolder()
    const file = join(folder, 'out.txt')
    const capture = createOutputCapture({ file, lazy: true })
    expect(existsSync(file)).toBe(false)
    capture.push(Buffer.from('a\n'))
    expect(readFileSync(file, 'utf8')).toBe('a\n')
    capture.end()

    const silent = createOutputCapture({ file: join(folder, 'none.txt'), lazy: true })
    silent.end()
    expect(existsSync(join(folder, 'none.txt'))).toBe(false)

    const homeless = createOutputCapture({ file: join(folder, 'missing', 'out.txt'), lazy: true })
    homeless.push(Buffer.from('a\n'))
    homeless.end()
    expect(homeless.lastLines(1)).toEqual(['a'])
    expect(homeless.fileError).toContain('ENOENT')
  })

  it.runIf(existsSync('/dev/full'))('goes on with the lines when the disk is full', () => {
    const lines: string[] = []
    const capture = createOutputCapture({ file: '/dev/full', onLine: (line) => lines.push(line) })
    capture.push(Buffer.from('a\n'))
    capture.push(Buffer.from('b\n'))
    capture.end()
    expect(lines).toEqual(['a', 'b'])
    expect(capture.fileError).toContain('ENOSPC')
  })
})
