// A process that tells the name of a worker of its own and then stays until it is killed.
import { writeSync } from 'node:fs'

import { workerIdentity } from '../../src/journals/worker-identity.ts'

writeSync(1, `${workerIdentity()}\n`)
setInterval(() => undefined, 1_000)
