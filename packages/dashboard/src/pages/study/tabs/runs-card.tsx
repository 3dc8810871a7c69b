import type { RunFormats, WorkerStanding } from '@attune/core'
import { machineWords, runEndWords, runLimitWords } from '@attune/core'
import type { JSX } from 'preact'

import type { KnownRun } from '../../../data/definition.ts'
import {
  countOf,
  formatBytes,
  formatDuration,
  formatNumber,
  formatTime,
  formatTimeWithZone,
} from '../../../ui/format.ts'
import { useStudy } from '../model/study-model.ts'
import { useDefinition } from '../model/use-definition.ts'

const formats: RunFormats = {
  number: (x) => formatNumber(x),
  duration: formatDuration,
  bytes: formatBytes,
}

/** Who ran the study when: machine, versions, limits, and why it ended. */
export function RunsCard(): JSX.Element | null {
  const { runs = [], earlierRuns = 0 } = useDefinition() ?? {}
  const standings = useStudy().standings.value
  if (runs.length === 0) return null
  return (
    <section class="chart-card is-wide panel-text runs-card">
      <h3>Runs</h3>
      <div class="space-frame" tabIndex={0} role="region" aria-label="Runs">
        <table class="space-table">
          <thead>
            <tr>
              {['started', 'end', 'at once', 'limits', 'attune', 'machine'].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {runs.toReversed().map((run, i) => (
              <Row key={runs.length - i} run={run} standing={standings[run.worker]?.standing} />
            ))}
          </tbody>
        </table>
      </div>
      {earlierRuns === 0 ? null : (
        <p class="soft">{countOf(earlierRuns, 'run')} before these are not shown.</p>
      )}
    </section>
  )
}

interface RowProps {
  readonly run: KnownRun
  readonly standing: WorkerStanding | undefined
}

function Row({ run, standing }: RowProps): JSX.Element {
  const { at, ended, attune, runtime, machine, worker, workers, limits, lastWord } = run
  const isLost = ended === undefined && standing !== 'alive'
  return (
    <tr>
      <th scope="row" title={`${formatTimeWithZone(at)}, ${(run.command ?? []).join(' ')}`}>
        {formatTime(at)}
      </th>
      <td
        class={isLost || ended?.why === 'error' ? 'bad' : ''}
        title={ended === undefined ? worker : `${formatTimeWithZone(ended.at)}, ${worker}`}
      >
        {runEndWords(run, standing, formatTime(lastWord))}
      </td>
      <td>{formatNumber(workers)}</td>
      <td>{runLimitWords(limits, formats) || 'none'}</td>
      <td>
        {attune} on {runtime}
      </td>
      <td>{machineWords(machine, formats)}</td>
    </tr>
  )
}
