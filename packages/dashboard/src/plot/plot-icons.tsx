import type { ComponentChildren } from 'preact'

function Icon({ children }: { readonly children: ComponentChildren }) {
  return (
    <svg
      width="15"
      height="15"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      stroke-width="1.5"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {children}
    </svg>
  )
}

export const ZoomIcon = () => (
  <Icon>
    <circle cx="7" cy="7" r="4.5" />
    <path d="M10.4 10.4 14 14M7 5v4M5 7h4" />
  </Icon>
)

export const LassoIcon = () => (
  <Icon>
    <path d="M5.5 10.6C3.4 10 2 8.7 2 7c0-2.5 2.7-4.2 6-4.2s6 1.7 6 4.2-2.7 4.2-6 4.2c-.5 0-.9 0-1.3-.1" />
    <circle cx="6" cy="11" r="1.2" />
    <path d="M6 12.2c0 1-.6 1.8-1.8 2" />
  </Icon>
)

export const ResetIcon = () => (
  <Icon>
    <path d="M6 2H2v4M10 2h4v4M6 14H2v-4M10 14h4v-4" />
  </Icon>
)

export const LogIcon = () => (
  <Icon>
    <path d="M2.5 2.5v11h11" />
    <path d="M4.5 12c3 0 6.5-2.5 8-8.5" />
  </Icon>
)
