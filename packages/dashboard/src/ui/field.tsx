import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

/** What a control takes from its field. */
export interface FieldControl {
  readonly id: string
  readonly 'aria-describedby'?: string
  readonly 'aria-invalid'?: boolean
}

export interface FieldProps {
  readonly label: string
  /** Below the control. */
  readonly hint?: ComponentChildren
  /** What is wrong with what was put in, in words. */
  readonly error?: string
  /** Label beside the control instead of above it. */
  readonly isInline?: boolean
  readonly isLabelHidden?: boolean
  readonly children: (control: FieldControl) => ComponentChildren
}

/** A control with its label, a hint and what is wrong. */
export function Field({ label, hint, error, isInline, isLabelHidden, children }: FieldProps) {
  const id = useId()
  const about = [
    ...(hint === undefined ? [] : [`${id}-hint`]),
    ...(error === undefined ? [] : [`${id}-error`]),
  ].join(' ')
  const control: FieldControl = {
    id,
    'aria-describedby': about === '' ? undefined : about,
    'aria-invalid': error === undefined ? undefined : true,
  }
  return (
    <div class={`field${isInline === true ? ' inline' : ''}`}>
      <label for={id} class={isLabelHidden === true ? 'visually-hidden' : ''}>
        {label}
      </label>
      {children(control)}
      {hint === undefined ? null : (
        <span class="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {error === undefined ? null : (
        <span class="error" id={`${id}-error`} role="alert">
          {error}
        </span>
      )}
    </div>
  )
}

type Shared = Omit<FieldProps, 'children'>

interface TextProps extends Shared {
  readonly value: string
  readonly onInput: (value: string) => void
  readonly onKeyDown?: (event: KeyboardEvent) => void
  readonly onBlur?: () => void
  readonly placeholder?: string
  readonly isDisabled?: boolean
  /** Whether the focus is there when it comes to the page, as the first field of a dialog. */
  readonly hasFocus?: boolean
  readonly maxLength?: number
}

export interface TextFieldProps extends TextProps {
  readonly type?: 'text' | 'number' | 'url' | 'datetime-local'
  readonly inputMode?: 'text' | 'decimal' | 'numeric'
  readonly min?: number
  readonly max?: number
  readonly step?: number | 'any'
  /** Id of a `<datalist>`. */
  readonly list?: string
  readonly isMono?: boolean
}

/** A line of text, or a number by `type`. */
export function TextField(props: TextFieldProps) {
  const { type = 'text', inputMode, min, max, step, list, isMono } = props
  return (
    <Field {...shared(props)}>
      {(control) => (
        <input
          {...textAttributes(props)}
          {...control}
          class={`input${isMono === true ? ' mono' : ''}`}
          type={type}
          autocomplete="off"
          inputMode={inputMode}
          min={min}
          max={max}
          step={step}
          list={list}
          onInput={({ currentTarget }) => props.onInput(currentTarget.value)}
        />
      )}
    </Field>
  )
}

export interface TextAreaProps extends TextProps {
  readonly rows?: number
  readonly isMono?: boolean
}

export function TextArea(props: TextAreaProps) {
  return (
    <Field {...shared(props)}>
      {(control) => (
        <textarea
          {...textAttributes(props)}
          {...control}
          class={`input${props.isMono === true ? ' mono' : ''}`}
          rows={props.rows ?? 4}
          onInput={({ currentTarget }) => props.onInput(currentTarget.value)}
        />
      )}
    </Field>
  )
}

function textAttributes(props: TextProps) {
  const { value, onKeyDown, onBlur, placeholder, isDisabled, hasFocus, maxLength } = props
  return {
    value,
    onKeyDown,
    onBlur,
    placeholder,
    disabled: isDisabled,
    autoFocus: hasFocus,
    maxLength,
    spellcheck: false,
  }
}

export interface SelectProps<T extends string> extends Shared {
  readonly value: T
  readonly options: readonly {
    readonly value: T
    readonly label: string
    readonly isDisabled?: boolean
  }[]
  readonly onChange: (value: T) => void
  readonly isDisabled?: boolean
}

export function Select<T extends string>(props: SelectProps<T>) {
  const { value, options, onChange, isDisabled } = props
  return (
    <Field {...shared(props)}>
      {(control) => (
        <select
          class="select"
          {...control}
          value={value}
          disabled={isDisabled === true}
          onChange={({ currentTarget }) => onChange(currentTarget.value as T)}
        >
          {options.map((option) => (
            <option
              key={option.value}
              value={option.value}
              selected={option.value === value}
              disabled={option.isDisabled === true}
            >
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

/** A switch with its label beside it. */
export function Check(props: {
  readonly label: ComponentChildren
  readonly isChecked: boolean
  readonly onChange: (isChecked: boolean) => void
  readonly isDisabled?: boolean
  readonly title?: string
}) {
  return (
    <label class="check" title={props.title}>
      <input
        type="checkbox"
        checked={props.isChecked}
        disabled={props.isDisabled === true}
        onChange={({ currentTarget }) => props.onChange(currentTarget.checked)}
      />
      {props.label}
    </label>
  )
}

/** One of few things, all of them seen. */
export function Segmented<T extends string>(props: {
  readonly label: string
  readonly value: T
  readonly options: readonly {
    readonly value: T
    readonly label: ComponentChildren
    readonly title?: string
    readonly isDisabled?: boolean
  }[]
  readonly onChange: (value: T) => void
}) {
  const name = useId()
  return (
    <fieldset class="segmented">
      <legend class="visually-hidden">{props.label}</legend>
      {props.options.map(({ value, label, title, isDisabled }) => (
        <label key={value} title={title}>
          <input
            type="radio"
            name={name}
            value={value}
            checked={value === props.value}
            disabled={isDisabled === true}
            aria-label={title}
            onChange={() => props.onChange(value)}
          />
          {label}
        </label>
      ))}
    </fieldset>
  )
}

function shared({ label, hint, error, isInline, isLabelHidden }: Shared): Shared {
  return { label, hint, error, isInline, isLabelHidden }
}
