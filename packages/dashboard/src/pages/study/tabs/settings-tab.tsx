import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

import { Button } from '../../../ui/button.tsx'
import { IconFilter } from '../../../ui/icons.tsx'
import { FilesCard } from '../files/files-card.tsx'
import { useStudy } from '../model/study-model.ts'
import { useDefinition } from '../model/use-definition.ts'
import { lazyPart } from '../parts/lazy-part.tsx'
import { StudyNote } from '../parts/study-note.tsx'

const NarrowDialog = lazyPart(() =>
  import('../../../steer/narrow-dialog.tsx').then((part) => part.NarrowDialog),
)

/** What a study was set up with: its space, how it searches, and what people wrote about it. */
export default function SettingsTab(): JSX.Element {
  const { opened, canWrite } = useStudy()
  const [narrowing, setNarrowing] = useState(false)
  const definition = useDefinition()
  const { about } = opened
  const adjusted = definition?.adjusted ?? {}
  const constraints = definition?.space.require ?? []
  return (
    <div class="settings">
      <div class="settings-side">
        <section class="chart-card panel-text">
          <h3>Study</h3>
          <dl class="values">
            {settingsOf(about).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd class="wrap">{value}</dd>
              </div>
            ))}
            {constraints.length === 0 ? null : (
              <div>
                <dt>constraints</dt>
                <dd class="wrap">
                  {constraints.map((each) => (
                    <code key={each}>{each} </code>
                  ))}
                </dd>
              </div>
            )}
          </dl>
        </section>
        <StudyNote />
        <FilesCard />
      </div>
      <section class="chart-card panel-text space-panel">
        <div class="row">
          <h3>Space</h3>
          <span class="soft">{about.params.length} parameters</span>
          {canWrite ? (
            <Button
              isSmall
              class="spread"
              icon={<IconFilter size={14} />}
              onClick={() => setNarrowing(true)}
            >
              Change ranges
            </Button>
          ) : null}
        </div>
        <div class="space-frame" tabIndex={0} role="region" aria-label="Space">
          <table class="space-table">
            <thead>
              <tr>
                <th scope="col">parameter</th>
                <th scope="col">values</th>
                <th scope="col">
                  <span class="visually-hidden">changed</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {about.params.slice(0, 120).map(({ column, name, about: words }) => (
                <tr key={column}>
                  <th scope="row" class="cut" title={name}>
                    {name}
                  </th>
                  <td title={words}>{words ?? ''}</td>
                  <td class="soft">{Object.hasOwn(adjusted, name) ? 'changed' : ''}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
      {narrowing ? <NarrowDialog study={opened} onClose={() => setNarrowing(false)} /> : null}
    </div>
  )
}

function settingsOf(about: ReturnType<typeof useStudy>['opened']['about']): [string, string][] {
  const { name, objectives, sampler, scheduler, seed, deterministic } = about
  return [
    ['name', name],
    ...objectives.map((each): [string, string] => [each.direction, each.name]),
    ['sampler', sampler],
    ['scheduler', scheduler],
    ['seed', String(seed)],
    ['deterministic', deterministic ? 'yes: the same seed gives the same trials' : 'no'],
  ]
}
