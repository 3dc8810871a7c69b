import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { attune, eventsOf, historyOf, temporaryFolder } from './support/attune.ts'

/** A study of a program that says which devices it sees and how nice it is. */
function write(folder: string, more: string, file = 'study.yaml'): void {
  const program = `[sh, -c, 'sleep 0.2; printf "%s %s %s\\n" "$ATTUNE_SLOT" "$CUDA_VISIBLE_DEVICES" "$(nice)" >> "$0"; echo "{{\\"loss\\": {x}}}"', "${join(folder, 'seen')}"]`
  writeFileSync(
    join(folder, file),
    `name: slots
command: ${program}
space: { x: { float: [0, 1] } }
objective: { minimize: loss }
sampler: random
trials: 6
${more}`,
  )
}

describe('attune run', () => {
  it('gives every trial GPUs of its own, and its priority', async () => {
    using folder = temporaryFolder()
    write(folder.path, 'workers: auto\ngpus: [GPU-a, GPU-b]\ntrial: { gpus: 1, nice: 5 }\n')
    const { code, stderr } = await attune(['run', 'study.yaml', '--json'], folder.path)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const seen = readFileSync(join(folder.path, 'seen'), 'utf8').trim().split('\n')
    expect(seen).toHaveLength(6)
    for (const line of seen) expect(['0 GPU-a 5', '1 GPU-b 5']).toContain(line)
    expect(new Set(seen).size).toBe(2)
    expect(historyOf(await eventsOf(join(folder.path, 'attune.db'), 'slots')).finished).toBe(6)
  })

  it('refuses more workers than the GPUs serve, and GPUs that are not there', async () => {
    using folder = temporaryFolder()
    write(folder.path, '')
    const run = (...flags: string[]): ReturnType<typeof attune> =>
      attune(['run', 'study.yaml', ...flags], folder.path)
    const many = await run('--gpus', '2', '--workers', '3')
    expect(many.code).toBe(2)
    expect(many.stderr).toContain('3 workers need more GPUs than there are: 2 serve 2 trials')
    const wrong = await run('--trial-gpus', '1.5')
    expect(wrong.code).toBe(2)
    expect(wrong.stderr).toContain('--trial-gpus: expected a whole number >= 1, or a part of 1')
  })
})
