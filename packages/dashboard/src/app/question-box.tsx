import { useState } from 'preact/hooks'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { asked } from './confirm.ts'

/** The dialog of `confirmBox` and `promptBox`. */
export function QuestionBox() {
  const open = asked.value
  return open === undefined ? null : <Open key={open.question.title} {...open} />
}

function Open({ question, answer }: NonNullable<typeof asked.value>) {
  const { title, text, yes, isDangerous, input } = question
  const [value, setValue] = useState(input?.value ?? '')
  const isReady = input === undefined || input.optional === true || value.trim() !== ''
  const finish = (): void => {
    if (isReady) answer(value)
  }
  return (
    <Dialog
      title={title}
      onClose={() => answer(undefined)}
      footer={
        <>
          <Button onClick={() => answer(undefined)}>Cancel</Button>
          <Button look="primary" isDangerous={isDangerous} disabled={!isReady} onClick={finish}>
            {yes}
          </Button>
        </>
      }
    >
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          finish()
        }}
      >
        {text === undefined ? null : <p>{text}</p>}
        {input === undefined ? null : (
          <TextField label={input.label} value={value} onInput={setValue} hasFocus />
        )}
      </form>
    </Dialog>
  )
}
