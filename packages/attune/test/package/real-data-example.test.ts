import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseStudyFile } from '../../src/study-file/parse-study-file.ts'

const folder = join(import.meta.dirname, '../../../../examples/real-data')
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'))

describe('the studies on real data', () => {
  it('are six, and all of them are told of', () => {
    const told = readFileSync(join(folder, 'README.md'), 'utf8')
    expect(files).toHaveLength(6)
    for (const file of files) expect(told).toContain(`\`${file.replace('.yaml', '')}\``)
  })

  it.each(files)('%s is a study of the objective of its name', async (file) => {
    const study = parseStudyFile(readFileSync(join(folder, file), 'utf8'), join(folder, file))
    const name = file.replace('.yaml', '')
    expect(study.name).toBe(name)
    const module = join(folder, `${name}.mjs`)
    expect(existsSync(module)).toBe(true)
    // Nothing is read before the first trial, so that no data is needed to load it.
    const { default: objective, finish } = (await import(module)) as Record<string, unknown>
    expect(typeof objective).toBe('function')
    expect(typeof finish).toBe('function')
  })
})
