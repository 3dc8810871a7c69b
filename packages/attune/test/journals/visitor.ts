// A process that tries to read and to write FILE and tells how each went.
import { openJournal } from '../../src/journals/store.ts'
import { created, readAll } from './temporary.ts'

const [file = ''] = process.argv.slice(2)

async function attempt(work: () => Promise<string>): Promise<string> {
  try {
    return await work()
  } catch (error) {
    return `${(error as { code?: string }).code} ${String(error)}`
  }
}

const reading = await attempt(async () => {
  const journal = await openJournal(file, 's', { readOnly: true })
  return `${(await readAll(journal)).length} events`
})
const writing = await attempt(async () => {
  const journal = await openJournal(file, 's')
  return JSON.stringify(await journal.append([created('s')]))
})
process.stdout.write(`${JSON.stringify({ reading, writing })}\n`)
