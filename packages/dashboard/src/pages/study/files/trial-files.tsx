import type { JSX } from 'preact'

import type { TrialView } from '../../../data/engine.ts'
import { useStudy } from '../model/study-model.ts'
import { Artifacts } from '../trial/artifacts.tsx'
import type { ArtifactAbout } from '../trial/trial-details.ts'
import { FileIntake } from './file-intake.tsx'
import type { Upload } from './use-uploads.ts'
import { removeFile } from './use-uploads.ts'

/** The files of a trial: what its program left, and what people attached to it. */
export function TrialFiles(props: {
  readonly view: TrialView
  readonly artifacts: readonly ArtifactAbout[]
  readonly uploads: readonly Upload[]
  readonly send: (files: readonly File[]) => void
}): JSX.Element | null {
  const { opened, canWrite } = useStudy()
  const { view, artifacts, uploads, send } = props
  const { number: trial, attached } = view
  if (!canWrite && artifacts.length === 0) return null
  const remove = (name: string): void => {
    const file = attached.find((each) => each.name === name)
    if (file !== undefined) void removeFile({ study: opened, trial, attached }, file)
  }
  return (
    <section class="drawer-part">
      <h3>Artifacts</h3>
      {artifacts.length === 0 ? null : (
        <Artifacts
          trial={trial}
          artifacts={artifacts}
          {...(canWrite ? { onRemove: remove } : {})}
        />
      )}
      {canWrite ? <FileIntake to={`to trial ${trial}`} uploads={uploads} send={send} /> : null}
    </section>
  )
}
