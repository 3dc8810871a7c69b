import { serveEngine } from './engine-host.ts'
import { serveHelper } from './heavy-work.ts'
import { portChannel } from './rpc.ts'
import { sourceOf } from './source-of.ts'
import type { WorkerRole } from './worker-role.ts'

// A page starts up to two of these workers, and says what each is to be when it hears that it is there.
const page = globalThis as unknown as Pick<Worker, 'addEventListener' | 'postMessage'>
page.addEventListener('message', ({ data }: MessageEvent<WorkerRole>) => {
  const channel = portChannel(data.port)
  if (data.role === 'helper') serveHelper(channel)
  else serveEngine(channel, { sourceOf })
})
page.postMessage('ready', [])
