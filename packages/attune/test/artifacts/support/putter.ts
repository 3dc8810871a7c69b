// A process that stores FILE beside JOURNAL, tells how that went, and then waits to be killed.
import { openArtifactStore } from '../../../src/artifacts/artifact-store.ts'
import { putArtifact } from '../../../src/artifacts/put-artifact.ts'

const [journal = '', file = ''] = process.argv.slice(2)

setInterval(() => {}, 1000)
try {
  const { sha256 } = await putArtifact(openArtifactStore(journal), file)
  console.log(sha256)
} catch (error) {
  console.log((error as NodeJS.ErrnoException).code)
}
