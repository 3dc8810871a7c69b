import { parseArgs } from 'node:util'
import { AttuneError, nearest } from 'attune'
import type { Profile, Reproduction } from './reproduction.ts'

/** The documents, in the order in which they are run. */
export const documents: readonly Reproduction['name'][] = ['rise', 'gamma', 'online', 'genetic']

export interface Request {
  readonly names: readonly Reproduction['name'][]
  readonly profile: Profile
  readonly data: string | undefined
  readonly workers: number | undefined
  readonly out: string | undefined
  readonly fresh: boolean
  readonly help: boolean
}

export const help = `npm run reproduce -- [rise|gamma|online|genetic|all] [options]

Runs the published claims of the source documents again and writes a page for each document.
What was run stays in reproductions/runs; the same command goes on after an interrupt.

  --profile short|full  short (default): at most 15 minutes a document on two cores;
                        full: at most 8 hours in all
  --data DIR            folder of the real data sets (default: ATTUNE_DATA, else ../shared/data)
  --workers N           trials that run at once (default: the cores, at most 4)
  --out DIR             write pages and JSON there (default: short into reproductions/runs,
                        full into reproductions/NAME/results)
  --fresh               throw away what was run of these documents in this profile
  --help                this text

Exit codes: 0 done, 1 something failed, 2 wrong arguments, 130 interrupted.
`

/** @throws AttuneError `usage` with what is wrong and how to mend it */
export function parseRequest(argv: readonly string[]): Request {
  const { values, positionals } = parse(argv)
  const { profile = 'short', workers } = values
  if (profile !== 'short' && profile !== 'full') {
    throw new AttuneError('usage', `--profile is short or full, got "${profile}".`)
  }
  if (workers !== undefined && !/^[1-9]\d*$/.test(workers)) {
    throw new AttuneError('usage', `--workers is a whole number from 1 on, got "${workers}".`)
  }
  return {
    names: namesIn(positionals),
    profile,
    data: values.data,
    workers: workers === undefined ? undefined : Number(workers),
    out: values.out,
    fresh: values.fresh === true,
    help: values.help === true,
  }
}

const options = {
  profile: { type: 'string' },
  data: { type: 'string' },
  workers: { type: 'string' },
  out: { type: 'string' },
  fresh: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

type Parsed = ReturnType<
  typeof parseArgs<{ options: typeof options; allowPositionals: true; args: string[] }>
>

function parse(argv: readonly string[]): Parsed {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true })
  } catch (error) {
    throw new AttuneError('usage', `${(error as Error).message} (--help shows how)`)
  }
}

function namesIn(given: readonly string[]): readonly Reproduction['name'][] {
  if (given.length === 0 || given.includes('all')) return documents
  for (const name of given) {
    if ((documents as readonly string[]).includes(name)) continue
    const known = [...documents, 'all']
    const meant = nearest(name, known)
    const hint = meant === undefined ? `There are ${known.join(', ')}.` : `Did you mean "${meant}"?`
    throw new AttuneError('usage', `There is no document "${name}". ${hint}`)
  }
  return documents.filter((name) => given.includes(name))
}
