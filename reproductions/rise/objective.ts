import type { Trial } from 'attune'
import type { OptimizerSpec } from '@attune/models'
import { evaluate, fitFederated } from '@attune/models'
import type { Setting } from './space.ts'
import type { Part, SpeechTask, TaskSettings } from './task.ts'
import { loadTask } from './task.ts'

/** What a study of trainings is told. */
export interface TrainingSettings extends TaskSettings {
  /** Of the clients. */
  readonly optimizer: 'adam' | 'sgd'
  /** After which numbers of rounds the network is judged, rising; of rows, after their own. */
  readonly rounds: readonly number[]
  /** Settings by name, for studies that vary the row and the seed. */
  readonly rows?: Readonly<Record<string, Setting>>
}

export type TrainingParams = Omit<Setting, 'globalEpochs'> | RowParams

export interface RowParams {
  readonly row: string
  readonly seed: number
}

/**
 * Learns by FedAvg and judges after every number of rounds that is asked for: `validation50`, `test50`,
 * `seconds50` (the cost model fitted to the document's table), `cpu50` (seconds of processor time),
 * `bytes50` and `multiplyAdds50`, and so on; those of the last without a number as well. What 50 rounds
 * learnt is where 100 go on from.
 */
export default async function objective(
  trial: Trial<TrainingParams>,
): Promise<Record<string, number>> {
  const settings = JSON.parse(process.env['REPRODUCTION'] ?? '{}') as TrainingSettings
  const { setting, rounds: judgedAfter, seed } = askedFor(trial.params, settings)
  const { learningRate, localEpochs, batchSize, clientDivision } = setting
  const task = await taskOf({ ...settings, seed })
  const optimizer: OptimizerSpec & { rate: number } = {
    kind: settings.optimizer,
    rate: learningRate,
  }
  const given = {
    network: { depth: 1, units: 32, batch: batchSize, optimizer },
    ...{ localEpochs, fraction: clientDivision, cost: { kind: 'rise' } as const },
  }
  const metrics: Record<string, number> = {}
  let from: Uint8Array | undefined
  let cpu = 0
  for (const rounds of judgedAfter) {
    const before = cpuSeconds()
    const { model, costs } = await fitFederated(
      task.train.x,
      task.train.y,
      task.clients,
      { ...given, rounds, reportEvery: rounds },
      { seed, checkpoint: { from, save: (bytes) => void (from = bytes) } },
    )
    cpu += cpuSeconds() - before
    const judge = async ({ x, y }: Part): Promise<number> =>
      evaluate(y, await model.predict(x))['accuracy']!
    const found = {
      validation: await judge(task.validation),
      test: await judge(task.test),
      seconds: costs.seconds,
      cpu,
      bytes: costs.bytesDown + costs.bytesUp,
      multiplyAdds: costs.multiplyAdds,
    }
    Object.assign(metrics, found)
    for (const [name, value] of Object.entries(found)) metrics[`${name}${rounds}`] = value
    const decision = await trial.report({ accuracy: found.validation }, { step: rounds })
    if (decision.kind === 'stop') break
  }
  return metrics
}

function askedFor(
  params: TrainingParams,
  { rows = {}, rounds, seed }: TrainingSettings,
): {
  readonly setting: Omit<Setting, 'globalEpochs'>
  readonly rounds: readonly number[]
  readonly seed: number
} {
  if (!('row' in params)) return { setting: params, rounds, seed }
  const setting = rows[params.row]!
  return { setting, rounds: [setting.globalEpochs], seed: params.seed }
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

const tasks = new Map<string, Promise<SpeechTask>>()

/** Prepared once in a process. */
function taskOf({ task, seed, data }: TaskSettings): Promise<SpeechTask> {
  const key = `${task} ${seed}`
  const known = tasks.get(key)
  if (known !== undefined) return known
  const loading = loadTask({ task, seed, ...(data === undefined ? {} : { data }) })
  tasks.set(key, loading)
  return loading
}
