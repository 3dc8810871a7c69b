import { openToSteer } from '../../../src/cli/open-to-steer.ts'

// Pauses a study of a journal, as a process of its own.
const [, , journal, study] = process.argv
await using steered = await openToSteer({ journal, study })
await steered.study.steer('pause', 'from elsewhere')
