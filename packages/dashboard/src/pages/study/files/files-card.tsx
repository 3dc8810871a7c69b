import type { JSX } from 'preact'

import { useStudy } from '../model/study-model.ts'
import { Artifacts } from '../trial/artifacts.tsx'
import { FileIntake } from './file-intake.tsx'
import { useFileDrop } from './file-drop.ts'
import { useStudyFiles } from './use-study-files.ts'
import { removeFile, useUploads } from './use-uploads.ts'

/** What people attached to the study, and where they attach more. */
export function FilesCard(): JSX.Element | null {
  const { opened, facts, onServer, canWrite } = useStudy()
  const attached = facts.value?.files ?? []
  const files = useStudyFiles()
  const owner = { study: opened, trial: undefined, attached }
  const { uploads, send } = useUploads(owner)
  const { isOver, handlers } = useFileDrop(canWrite ? send : undefined)
  if (!onServer || (!canWrite && attached.length === 0)) return null
  return (
    <section
      class={`chart-card panel-text files-card${isOver ? ' is-over' : ''}`}
      aria-label="Files"
      {...handlers}
    >
      <h3>Files</h3>
      {attached.length === 0 ? (
        <p class="soft">
          Whatever belongs to the study: a report, a data sheet, pictures. Pictures and charts
          (.chart.json) are shown on the overview too.
        </p>
      ) : null}
      {files === undefined || files.length === 0 ? null : (
        <Artifacts
          trial={undefined}
          artifacts={files}
          {...(canWrite
            ? {
                onRemove: (name: string) => {
                  const file = attached.find((each) => each.name === name)
                  if (file !== undefined) void removeFile(owner, file)
                },
              }
            : {})}
        />
      )}
      {canWrite ? <FileIntake to="to the study" uploads={uploads} send={send} /> : null}
    </section>
  )
}
