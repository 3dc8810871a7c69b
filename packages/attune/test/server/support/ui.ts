import type { IncomingHttpHeaders } from 'node:http'
import { request } from 'node:http'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Study, StudyCard, StudyOptions } from '@attune/core'
import { createStudy, float, random, space } from '@attune/core'

import { openStore } from '../../../src/journals/store.ts'
import { workerIdentity } from '../../../src/journals/worker-identity.ts'
import type { UiOptions, UiServer } from '../../../src/server/start-ui.ts'
import { startUi } from '../../../src/server/start-ui.ts'

export interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  text(): string
  json<T>(): T
}

export interface Asked {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

/** A message of a stream of events. */
export interface Message {
  readonly id?: number
  readonly event?: string
  readonly data: unknown
}

export interface Stream extends Disposable {
  /** The next message; rejects when none comes in 20 s. */
  next(): Promise<Message>
  /** Resolves when the server has ended it. */
  readonly ended: Promise<void>
  /** Takes nothing any more, as a page that hangs. */
  stall(): void
  resume(): void
  readonly status: number
}

/** A server of its own on a port that is free, and who visits it. */
export interface Ui extends AsyncDisposable {
  readonly server: UiServer
  readonly token: string
  readonly shareToken: string
  readonly notes: string[]
  readonly reported: unknown[]
  /** As it is sent, without a token or anything else that is not given. */
  bare(path: string, asked?: Asked): Promise<Reply>
  /** With the token, as a program sends it. */
  get(path: string, asked?: Asked): Promise<Reply>
  command(id: string, command: object): Promise<Reply>
  cards(): Promise<StudyCard[]>
  stream(path: string, headers?: Readonly<Record<string, string>>): Promise<Stream>
}

export interface Folder extends Disposable {
  readonly path: string
  file(name: string): string
}

export function folder(): Folder {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'attune-ui-')))
  return {
    path,
    file: (name) => join(path, name),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }),
  }
}

export async function serve(
  journals: readonly string[],
  options: Partial<UiOptions> = {},
): Promise<Ui> {
  const notes: string[] = []
  const reported: unknown[] = []
  const server = await startUi({
    journals,
    port: 0,
    version: '1.2.3',
    appFolder: undefined,
    note: (line) => void notes.push(line),
    report: (error) => void reported.push(error),
    ...options,
  })
  const { port } = server
  const tokenOf = (link: string): string => new URL(link).searchParams.get('token') as string
  const token = tokenOf(server.link)
  const authorization = `Bearer ${token}`
  const bare = (path: string, asked: Asked = {}): Promise<Reply> => send(port, path, asked)
  const get = (path: string, asked: Asked = {}): Promise<Reply> =>
    bare(path, { ...asked, headers: { authorization, ...asked.headers } })
  return {
    server,
    token,
    shareToken: tokenOf(server.shareLink),
    notes,
    reported,
    bare,
    get,
    command: (id, command) =>
      get(`/api/studies/${id}/commands`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(command),
      }),
    cards: async () => (await get('/api/studies')).json<StudyCard[]>(),
    stream: (path, headers = {}) => openStream(port, path, { authorization, ...headers }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

function send(
  port: number,
  path: string,
  { method = 'GET', headers, body }: Asked,
): Promise<Reply> {
  return new Promise((done, refuse) => {
    const sent = request(
      { host: '127.0.0.1', port, path, method, agent: false, headers: { ...headers } },
      (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('error', refuse)
        answer.on('end', () => {
          const whole = Buffer.concat(chunks)
          done({
            status: answer.statusCode as number,
            headers: answer.headers,
            body: whole,
            text: () => whole.toString('utf8'),
            json: <T>() => JSON.parse(whole.toString('utf8')) as T,
          })
        })
      },
    )
    // A server that refuses a body early closes the connection while it is sent.
    sent.on('error', (error) => setTimeout(() => refuse(error), 100))
    sent.end(body)
  })
}

function openStream(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<Stream> {
  return new Promise((done, refuse) => {
    const sent = request({ host: '127.0.0.1', port, path, agent: false, headers }, (answer) => {
      const messages: Message[] = []
      let waiting: (() => void) | undefined
      let text = ''
      let hasEnded = false
      const ended = new Promise<void>((end) => answer.socket.once('close', () => end()))
      void ended.then(() => {
        hasEnded = true
        waiting?.()
      })
      answer.on('error', () => {})
      answer.on('data', (chunk: Buffer) => {
        text += chunk.toString('utf8')
        const parts = text.split('\n\n')
        text = parts.pop() as string
        messages.push(...parts.flatMap(messageOf))
        waiting?.()
      })
      done({
        status: answer.statusCode as number,
        ended,
        stall: () => void answer.pause(),
        resume: () => void answer.resume(),
        async next() {
          const until = performance.now() + 20_000
          while (messages.length === 0) {
            if (hasEnded || performance.now() > until) throw new Error('No message came.')
            await new Promise<void>((wake) => {
              waiting = wake
              setTimeout(wake, 200)
            })
          }
          return messages.shift() as Message
        },
        [Symbol.dispose]: () => void sent.destroy(),
      })
    })
    sent.on('error', refuse)
    sent.end()
  })
}

function messageOf(text: string): Message[] {
  const fields = new Map(
    text.split('\n').map((line) => {
      const at = line.indexOf(': ')
      return [line.slice(0, at), line.slice(at + 2)] as const
    }),
  )
  const data = fields.get('data')
  if (data === undefined) return []
  const [id, event] = [fields.get('id'), fields.get('event')]
  return [
    {
      data: JSON.parse(data) as unknown,
      ...(id === undefined ? {} : { id: Number(id) }),
      ...(event === undefined ? {} : { event }),
    },
  ]
}

/** A study in a journal, open for writing as by a run. */
export async function openStudy(
  file: string,
  name: string,
  options: Partial<StudyOptions<unknown, 'minimize'>> = {},
): Promise<Study> {
  const store = await openStore(file)
  const study = (await createStudy({
    name,
    space: space({ x: float(0, 1), y: float(0, 1) }),
    sampler: random(),
    worker: workerIdentity(),
    ...options,
    journal: await store.journal(name),
  } as never)) as unknown as Study
  const close = async (): Promise<void> => {
    await study.close()
    await store[Symbol.asyncDispose]()
  }
  return { ...study, close, [Symbol.asyncDispose]: close }
}

/** Some trials; the result of a trial is its x. */
export async function runTrials(study: Study, trials: number): Promise<void> {
  await study.optimize(({ params }) => (params as { x: number }).x, { trials } as never)
}

/** A journal with a study of some trials that nobody runs. */
export async function madeStudy(file: string, name: string, trials = 3): Promise<void> {
  await using study = await openStudy(file, name)
  await runTrials(study, trials)
}

export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 20_000
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited in vain until ${what}`)
    await new Promise((done) => setTimeout(done, 10))
  }
}
