import type { Values } from '@attune/core'
import type { JSX } from 'preact'

import { api } from '../../../app/api.ts'
import { tell, tellError } from '../../../app/toasts.ts'
import { copyText } from '../../../ui/copy-button.tsx'
import { IconCopy } from '../../../ui/icons.tsx'
import type { MenuItem } from '../../../ui/menu.tsx'
import { Menu } from '../../../ui/menu.tsx'
import { codeForms, paramsCode } from '../model/params-code.ts'
import { useStudy } from '../model/study-model.ts'
import type { TrialDetails } from '../trial/trial-details.ts'
import { trialPath } from '../trial/trial-details.ts'

interface CopyParamsProps {
  readonly trial: number
  /** What is copied; asked for when it is. */
  readonly values: () => Promise<{ readonly nested: unknown; readonly flat: Values }>
  readonly isSmall?: boolean
}

/** Takes the parameters of a trial along, as code or as the command that runs them. */
export function CopyParams({ trial, values, isSmall }: CopyParamsProps): JSX.Element {
  const { id, onServer } = useStudy()
  const copy = (what: string, text: () => Promise<string>): void => {
    text()
      .then(copyText)
      .then((done) => {
        if (done) tell(`${what} of trial ${trial} copied.`, 'good')
        else tell('The browser did not permit to copy.', 'bad')
      }, tellError)
  }
  const readCommand = async (): Promise<string> => {
    const { command } = await api<TrialDetails>(trialPath(id, trial))
    if (command !== undefined) return command
    throw new Error(`The study does not tell a command for trial ${trial}.`)
  }
  const items: readonly MenuItem[] = [
    { heading: 'Parameters' },
    ...codeForms.map(({ form, name }): MenuItem => {
      const text = async (): Promise<string> => {
        const { nested, flat } = await values()
        return paramsCode(form, nested, flat)
      }
      return { label: name, onSelect: () => copy(`Parameters (${name})`, text) }
    }),
    ...(onServer
      ? ([
          'rule',
          {
            label: 'Command',
            about: 'that runs this trial',
            onSelect: () => copy('Command', readCommand),
          },
        ] as const)
      : []),
  ]
  return (
    <Menu
      label={`Copy parameters of trial ${trial}`}
      text="Copy"
      icon={<IconCopy size={14} />}
      items={items}
      {...(isSmall === undefined ? {} : { isSmall })}
    />
  )
}
