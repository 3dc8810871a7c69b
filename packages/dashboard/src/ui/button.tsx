import type { ComponentChildren, JSX } from 'preact'

interface ButtonLook {
  /** `primary` is the one thing to do here; `quiet` has no frame. */
  readonly look?: 'primary' | 'quiet'
  readonly isDangerous?: boolean
  readonly isSmall?: boolean
  /** While what it does is under way: it says so and does nothing more. */
  readonly isBusy?: boolean
}

export interface ButtonProps
  extends ButtonLook, Omit<JSX.IntrinsicElements['button'], 'class' | 'className' | 'icon'> {
  readonly icon?: ComponentChildren
  readonly class?: string
  readonly children?: ComponentChildren
}

export function Button(props: ButtonProps) {
  const { look, isDangerous, isSmall, isBusy, icon, children, ...rest } = props
  return (
    <button
      type="button"
      {...rest}
      class={classesOf({ look, isDangerous, isSmall, isBusy, class: rest.class })}
      aria-disabled={isBusy === true ? true : rest['aria-disabled']}
      onClick={isBusy === true ? undefined : rest.onClick}
    >
      {icon}
      {children}
    </button>
  )
}

export interface LinkButtonProps extends ButtonLook {
  readonly href: string
  readonly icon?: ComponentChildren
  readonly class?: string
  readonly title?: string
  /** Name of the file that it gives. */
  readonly download?: string
  readonly isExternal?: boolean
  readonly children: ComponentChildren
}

/** A link that looks like a button. */
export function LinkButton(props: LinkButtonProps) {
  const { href, icon, title, download, isExternal, children } = props
  const place = isExternal === true ? { target: '_blank', rel: 'noopener' } : {}
  return (
    <a href={href} class={classesOf(props)} title={title} download={download} {...place}>
      {icon}
      {children}
    </a>
  )
}

/** A button that is a picture; what it does is its name and shows when it is pointed at. */
export function IconButton(
  props: Omit<ButtonProps, 'icon' | 'children'> & {
    readonly label: string
    readonly children: ComponentChildren
  },
) {
  const { label, children, ...rest } = props
  return (
    <Button
      title={label}
      look="quiet"
      {...rest}
      class={`icon ${rest.class ?? ''}`}
      aria-label={label}
    >
      {children}
    </Button>
  )
}

function classesOf(props: ButtonLook & { readonly class?: string }): string {
  const { look, isDangerous, isSmall, isBusy } = props
  return [
    'button',
    look,
    isDangerous === true && 'danger',
    isSmall === true && 'small',
    isBusy === true && 'busy',
    props.class,
  ]
    .filter(Boolean)
    .join(' ')
}
