import type { Artifact, StudyCommand } from '@attune/core'
import { useState } from 'preact/hooks'

import { tell, tellError } from '../../../app/toasts.ts'
import { largestFile, upload } from '../../../app/upload.ts'
import type { Steered } from '../../../steer/commands.ts'
import { act } from '../../../steer/commands.ts'
import { formatBytes } from '../../../ui/format.ts'
import { filePath } from './file-paths.ts'

/** A file on its way. */
export interface Upload {
  readonly key: number
  readonly name: string
  /** How much of it has been sent, from 0 to 1. */
  readonly share: number
}

/** Whose files they are: those of a trial, or without one those of the study. */
export interface FileOwner {
  readonly study: Steered
  readonly trial: number | undefined
  /** What is attached now. */
  readonly attached: readonly Artifact[]
}

let made = 0

/** Files on their way to the server; `send` attaches more, each with an undo. */
export function useUploads(owner: FileOwner): {
  readonly uploads: readonly Upload[]
  readonly send: (files: readonly File[]) => void
} {
  const [uploads, setUploads] = useState<readonly Upload[]>([])
  const sendOne = async (file: File): Promise<void> => {
    const key = made++
    const show = (share: number): void =>
      setUploads((all) => all.map((each) => (each.key === key ? { ...each, share } : each)))
    setUploads((all) => [...all, { key, name: file.name, share: 0 }])
    try {
      await upload(filePath(owner.study.id, owner.trial, file.name), file, show)
      tellAttached(owner, file.name)
    } catch (error) {
      tellError(error)
    } finally {
      setUploads((all) => all.filter((each) => each.key !== key))
    }
  }
  const sendAll = async (files: readonly File[]): Promise<void> => {
    for (const file of files) {
      if (file.size <= largestFile) await sendOne(file)
      else
        tell(
          `${file.name} is larger than ${formatBytes(largestFile)}: attune attach takes it.`,
          'bad',
        )
    }
  }
  return { uploads, send: (files) => void sendAll(files) }
}

function tellAttached({ study, trial, attached }: FileOwner, name: string): void {
  const before = attached.find((file) => file.name === name)
  const back: StudyCommand = {
    ...{ kind: 'annotate', ...about(trial) },
    ...(before === undefined ? { detached: [name] } : { attached: [before] }),
  }
  const text = before === undefined ? `${name} is attached.` : `${name} is replaced.`
  const undo = (): void => void act(study, back, { text: 'Taken back.' })
  tell(text, 'good', { label: 'Undo', act: undo })
}

/** Takes away what is attached; it can be taken back. */
export async function removeFile({ study, trial }: FileOwner, file: Artifact): Promise<void> {
  await act(
    study,
    { kind: 'annotate', ...about(trial), detached: [file.name] },
    {
      text: `${file.name} is removed.`,
      undo: { kind: 'annotate', ...about(trial), attached: [file] },
    },
  )
}

const about = (trial: number | undefined): { readonly trial?: number } =>
  trial === undefined ? {} : { trial }
