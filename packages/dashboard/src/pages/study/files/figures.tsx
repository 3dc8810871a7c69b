import type { JSX } from 'preact'

import { apiUrl } from '../../../app/api.ts'
import { useStudy } from '../model/study-model.ts'
import { useVisible } from '../model/use-visible.ts'
import { lazyPart } from '../parts/lazy-part.tsx'
import type { ArtifactAbout } from '../trial/trial-details.ts'
import { isChartFile, isPicture } from './figure-files.ts'
import { filePath } from './file-paths.ts'
import { useStudyFiles } from './use-study-files.ts'
import './files.css'

const Figure = lazyPart(() => import('./figure.tsx').then((part) => part.Figure))

/** The charts and pictures that people attached to the study. */
export function Figures(): JSX.Element | null {
  const { id } = useStudy()
  const figures = (useStudyFiles() ?? []).filter(
    (file) => isChartFile(file.name) || isPicture(file),
  )
  if (figures.length === 0) return null
  return (
    <section class="figures" aria-label="Figures">
      <h2>Figures</h2>
      <div class="figures-grid">
        {figures.map((artifact) => (
          <OneFigure
            key={artifact.name}
            artifact={artifact}
            path={filePath(id, undefined, artifact.name)}
          />
        ))}
      </div>
    </section>
  )
}

interface FigureProps {
  readonly artifact: ArtifactAbout
  readonly path: string
}

/** Loaded when it comes into view. */
function OneFigure({ artifact, path }: FigureProps): JSX.Element {
  const [ref, visible] = useVisible<HTMLElement>('160px')
  const { name, sha256 } = artifact
  return (
    <section ref={ref} class="chart-card figure" aria-label={name}>
      {!visible ? null : isChartFile(name) ? (
        <Figure artifact={artifact} path={path} />
      ) : (
        <figure class="figure-picture">
          <img key={sha256} src={apiUrl(path)} alt={name} loading="lazy" />
          <figcaption class="soft cut">{name}</figcaption>
        </figure>
      )}
    </section>
  )
}
