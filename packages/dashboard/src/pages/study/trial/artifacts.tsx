import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'

import { apiUrl, ask } from '../../../app/api.ts'
import type { DataTable } from '../model/data-table.ts'
import { parseCsv, parseJsonLines } from '../model/data-table.ts'
import { countOf, formatBytes } from '../../../ui/format.ts'
import { IconButton } from '../../../ui/button.tsx'
import { IconTrash } from '../../../ui/icons.tsx'
import { filePath } from '../files/file-paths.ts'
import { useStudy } from '../model/study-model.ts'
import { lazyPart } from '../parts/lazy-part.tsx'
import { OutputText } from './output-viewer.tsx'
import type { Shown } from './shown-as.ts'
import { shownAs } from './shown-as.ts'
import type { ArtifactAbout } from './trial-details.ts'

const Figure = lazyPart(() => import('../files/figure.tsx').then((part) => part.Figure))

/**
 * The files of a trial, or without one those of the study: what can be shown is, when it is opened; all
 * can be downloaded.
 */
export function Artifacts(props: {
  readonly trial: number | undefined
  readonly artifacts: readonly ArtifactAbout[]
  /** Takes away one that is attached; without it none can be. */
  readonly onRemove?: (name: string) => void
}): JSX.Element {
  const { id } = useStudy()
  const [open, setOpen] = useState<string | undefined>(undefined)
  return (
    <ul class="artifacts">
      {props.artifacts.map((artifact) => {
        const { name, bytes } = artifact
        const path = filePath(id, props.trial, name)
        const kind = shownAs(artifact)
        return (
          <li key={name}>
            <div class="artifact-line">
              {kind === 'none' ? (
                <span class="cut" title={name}>
                  {name}
                </span>
              ) : (
                <button
                  type="button"
                  class="link cut"
                  title={name}
                  aria-expanded={open === name}
                  onClick={() => setOpen(open === name ? undefined : name)}
                >
                  {name}
                </button>
              )}
              <small class="soft">{formatBytes(bytes)}</small>
              <a class="quiet-link" href={apiUrl(path)} download={name.split('/').at(-1)}>
                Download
              </a>
              {props.onRemove !== undefined && artifact.attached === true ? (
                <IconButton isSmall label={`Remove ${name}`} onClick={() => props.onRemove?.(name)}>
                  <IconTrash size={14} />
                </IconButton>
              ) : null}
            </div>
            {open === name ? (
              <Artifact key={artifact.sha256} kind={kind} path={path} artifact={artifact} />
            ) : null}
          </li>
        )
      })}
    </ul>
  )
}

interface ArtifactProps {
  readonly kind: Shown
  readonly path: string
  readonly artifact: ArtifactAbout
}

function Artifact({ kind, path, artifact }: ArtifactProps): JSX.Element | null {
  switch (kind) {
    case 'image':
      return <img class="artifact-image" src={apiUrl(path)} alt={artifact.name} loading="lazy" />
    case 'audio':
      return <audio class="artifact-audio" src={apiUrl(path)} controls preload="metadata" />
    case 'video':
      return <video class="artifact-video" src={apiUrl(path)} controls preload="metadata" />
    case 'chart':
      return <Figure artifact={artifact} path={path} height={280} />
    case 'table':
      return <FileTable path={path} name={artifact.name} />
    case 'text':
      return <OutputText path={path} bytes={artifact.bytes} />
    case 'none':
      return null
  }
}

function FileTable({ path, name }: { readonly path: string; readonly name: string }): JSX.Element {
  const [table, setTable] = useState<DataTable | string>('Reading …')
  useEffect(() => {
    const leaving = new AbortController()
    ask(path, { signal: leaving.signal })
      .then((response) => response.text())
      .then(
        (text) => setTable(/l$|ndjson$/i.test(name) ? parseJsonLines(text) : parseCsv(text)),
        (error: unknown) => {
          if (!leaving.signal.aborted) setTable(`Could not be read: ${String(error)}`)
        },
      )
    return () => leaving.abort()
  }, [path, name])
  if (typeof table === 'string') return <p class="soft">{table}</p>
  const { broken = 0 } = table
  if (table.columns.length === 0 && broken === 0) return <p class="soft">The file is empty.</p>
  // A page of a study stays small whatever its files hold.
  const columns = table.columns.slice(0, 12)
  const rows = table.rows.slice(0, 20)
  return (
    <div class="file-table" tabIndex={0} role="region" aria-label={name}>
      <table>
        <thead>
          <tr>
            {columns.map((column, i) => (
              <th key={i} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={i}>
              {columns.map((_, j) => (
                <td key={j}>{row[j] ?? ''}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {table.total > rows.length || table.columns.length > columns.length ? (
        <p class="soft">
          {rows.length} of {table.total} rows, {columns.length} of {table.columns.length} columns;
          the file has them all.
        </p>
      ) : null}
      {broken > 0 ? (
        <p class="soft">{countOf(broken, 'line')} could not be read: no object of JSON.</p>
      ) : null}
    </div>
  )
}
