import { useState } from 'preact/hooks'
import { Dialog } from '../ui/dialog.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { Segmented, Select, TextField } from '../ui/field.tsx'
import { runCommand } from './list-empty.tsx'

type Way = 'file' | 'flags' | 'code'

/**
 * How a study is begun. A program is tuned where it runs, so the page writes what to run there rather
 * than to begin an empty study by itself.
 */
export function NewStudy(props: {
  readonly journals: readonly string[]
  readonly onClose: () => void
}) {
  const { journals, onClose } = props
  const [way, setWay] = useState<Way>('file')
  const [name, setName] = useState('my-study')
  const [direction, setDirection] = useState<'minimize' | 'maximize'>('minimize')
  const [journal, setJournal] = useState(journals[0] ?? '')
  const about = { name: name.trim() || 'my-study', direction, journal }
  return (
    <Dialog title="New study" size="large" onClose={onClose}>
      <div class="stack">
        <p class="soft">
          A study begins where your program runs; it appears in the list as soon as it has. Here is
          what to put there.
        </p>
        <div class="new-study-fields">
          <TextField label="Name" value={name} onInput={setName} hasFocus />
          <Select
            label="Objective"
            value={direction}
            options={[
              { value: 'minimize', label: 'loss, minimize' },
              { value: 'maximize', label: 'accuracy, maximize' },
            ]}
            onChange={setDirection}
          />
          {journals.length > 1 ? (
            <Select
              label="Journal"
              value={journal}
              options={journals.map((value) => ({ value, label: value }))}
              onChange={setJournal}
            />
          ) : null}
        </div>
        <Segmented
          label="How"
          value={way}
          options={[
            { value: 'file', label: 'A study file' },
            { value: 'flags', label: 'One command' },
            { value: 'code', label: 'TypeScript' },
          ]}
          onChange={setWay}
        />
        {way === 'file' ? (
          <>
            <Listing title="study.yaml" text={studyFile(about)} />
            <Listing title="in a terminal" text={runCommand(journal || undefined)} />
          </>
        ) : null}
        {way === 'flags' ? <Listing title="in a terminal" text={oneCommand(about)} /> : null}
        {way === 'code' ? <Listing title="tune.ts" text={code(about)} /> : null}
      </div>
    </Dialog>
  )
}

interface About {
  readonly name: string
  readonly direction: 'minimize' | 'maximize'
  readonly journal: string
}

const metricOf = ({ direction }: About): string => (direction === 'minimize' ? 'loss' : 'accuracy')

function Listing({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <figure class="listing">
      <figcaption>
        <span class="mono">{title}</span>
        <CopyButton label={`Copy ${title}`} text={text} isSmall />
      </figcaption>
      <pre tabIndex={0}>{text}</pre>
    </figure>
  )
}

const studyFile = (about: About): string => `name: ${plainName(about.name)}
command: [python3, train.py, --lr, "{lr}", --units, "{units}"]
space:
  lr: { float: [1e-5, 1e-1], scale: log }
  units: { int: [8, 256], scale: log }
objective: { ${about.direction}: ${metricOf(about)} } # the program prints {"${metricOf(about)}": 0.3}
trials: 50
workers: auto
seed: 1
`

const oneCommand = (about: About): string =>
  [
    `attune run --name ${plainName(about.name)}${journalFlag(about.journal)}`,
    '--param lr=log:1e-5..1e-1 --param units=int:8..256',
    `--${about.direction} ${metricOf(about)} --trials 50`,
    '-- python3 train.py --lr {lr} --units {units}',
  ].join(' \\\n  ')

const code = (
  about: About,
): string => `import { createStudy, float, int, openJournal, space } from 'attune'

const study = await createStudy({
  name: '${plainName(about.name)}',
  journal: await openJournal('${about.journal || 'attune.db'}', '${plainName(about.name)}'),
  space: space({
    lr: float(1e-5, 1e-1, { scale: 'log' }),
    units: int(8, 256, { scale: 'log' }),
  }),
  objective: { ${about.direction}: '${metricOf(about)}' },
  seed: 1,
})
await study.optimize(async ({ params }) => ({ ${metricOf(about)}: await train(params) }), { trials: 50 })
`

/** A name as it may stand in YAML, a shell and code without quotes. */
const plainName = (name: string): string => name.replaceAll(/[^\w.-]+/g, '-')

function journalFlag(journal: string): string {
  return runCommand(journal || undefined).replace('attune run study.yaml', '')
}
