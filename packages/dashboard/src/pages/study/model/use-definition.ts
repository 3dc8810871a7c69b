import { useEffect, useState } from 'preact/hooks'

import type { StudyDefinition } from '../../../data/definition.ts'
import { useStudy } from './study-model.ts'

/** The definition of the study, as it stands. */
export function useDefinition(): StudyDefinition | undefined {
  const { opened, facts } = useStudy()
  const [definition, setDefinition] = useState<StudyDefinition | undefined>(undefined)
  useEffect(() => {
    let gone = false
    opened.definition().then(
      (found) => {
        if (!gone) setDefinition(found)
      },
      () => setDefinition(undefined),
    )
    return () => {
      gone = true
    }
  }, [opened, facts.value])
  return definition
}
