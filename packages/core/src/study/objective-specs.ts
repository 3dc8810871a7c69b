import type { ObjectiveSpec } from '../journal/event.ts'
import type { ObjectiveOption, ObjectivesOption } from './study-options.ts'

/** The objectives of a study in their stored form. */
export function objectiveSpecs(given: ObjectivesOption): ObjectiveSpec[] {
  const list = Array.isArray(given) ? (given as readonly ObjectiveOption[]) : [given]
  return (list as readonly ObjectiveOption[]).map((one, i) => {
    if (typeof one === 'string') {
      return { name: list.length === 1 ? 'value' : `value${i + 1}`, direction: one }
    }
    return 'minimize' in one
      ? { name: one.minimize, direction: 'minimize' }
      : { name: one.maximize, direction: 'maximize' }
  })
}
