import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AttuneError, messageOf } from 'attune'
import type { Request } from './lib/arguments.ts'
import { documents, help, parseRequest } from './lib/arguments.ts'
import { openContext } from './lib/context.ts'
import { thisMachine } from './lib/machine.ts'
import { sayOn } from './lib/progress.ts'
import type { Say } from './lib/progress.ts'
import type { Reproduction } from './lib/reproduction.ts'
import { usualWorkers } from './lib/run-study.ts'
import type { Places } from './lib/write-results.ts'
import { placesIn, writeIndex, writeResult } from './lib/write-results.ts'

// Runs the claims of the source documents again; see `help`.

const root = fileURLToPath(new URL('.', import.meta.url))

async function main(argv: readonly string[]): Promise<number> {
  const say = sayOn(process.stderr)
  let request: Request
  try {
    request = parseRequest(argv)
  } catch (error) {
    say(`reproduce: ${messageOf(error)}`)
    return 2
  }
  if (request.help) {
    process.stdout.write(help)
    return 0
  }
  const stop = interrupts(say)
  const places = placesIn(root, request.profile, request.out && resolve(request.out))
  let code = 0
  for (const name of request.names) {
    try {
      await reproduce(name, request, { places, signal: stop.signal, say })
    } catch (error) {
      if (stop.signal.aborted) {
        say('Interrupted. The same command goes on from here.')
        return 130
      }
      say(
        `${name}: ${error instanceof AttuneError ? error.message : ((error as Error).stack ?? messageOf(error))}`,
      )
      code = 1
    }
  }
  await writeIndex(documents, places)
  return code
}

async function reproduce(
  name: Reproduction['name'],
  request: Request,
  { places, signal, say }: { places: Places; signal: AbortSignal; say: Say },
): Promise<void> {
  const { profile, fresh, workers = usualWorkers() } = request
  const file = new URL(`./${name}/reproduction.ts`, import.meta.url)
  if (!existsSync(file)) throw new AttuneError('usage', `There is no ${fileURLToPath(file)} yet.`)
  const { reproduction } = (await import(file.href)) as { reproduction: Reproduction }
  const began = performance.now()
  const data = dataFolder(request.data)
  const journal = join(root, 'runs', `${name}-${profile}.db`)
  say(`${reproduction.title}, ${profile} profile, ${data ?? 'without real data'}`)
  await using context = await openContext({ profile, data, workers, signal, say, journal, fresh })
  const findings = await reproduction.run(context)
  signal.throwIfAborted()
  const { title, source, claims } = reproduction
  const page = await writeResult(
    {
      document: { name, title, source, claims },
      ...{ profile, workers, findings, machine: thisMachine() },
      date: new Date().toISOString().slice(0, 10),
      seconds: (performance.now() - began) / 1000,
    },
    places,
  )
  for (const { claim, faithful, fair } of findings.verdicts) {
    say(`${claim}: faithful ${faithful.status}, fair ${fair.status}`)
  }
  say(page)
}

/** The folder with the data sets: as asked for, else as the loaders look for them; undefined when absent. */
function dataFolder(asked: string | undefined): string | undefined {
  const folder = resolve(asked ?? process.env['ATTUNE_DATA'] ?? join(root, '../../shared/data'))
  if (existsSync(folder)) return folder
  if (asked !== undefined) throw new AttuneError('usage', `There is no folder ${folder} (--data).`)
  return undefined
}

/** The first Ctrl-C ends what runs in good order, a second one at once. */
function interrupts(say: Say): AbortController {
  const stop = new AbortController()
  let firstAt = 0
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      // A Ctrl-C reaches a group of processes, and may come twice through npm.
      if (stop.signal.aborted && performance.now() - firstAt > 500) process.exit(130)
      if (stop.signal.aborted) return
      firstAt = performance.now()
      say('Stopping; once more to end at once.')
      stop.abort(name)
    })
  }
  return stop
}

process.exitCode = await main(process.argv.slice(2))
