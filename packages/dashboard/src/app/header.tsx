import { IconButton } from '../ui/button.tsx'
import { Badge } from '../ui/badge.tsx'
import { IconHelp, IconMoon, IconScreen, IconSun, IconWarning } from '../ui/icons.tsx'
import { Menu } from '../ui/menu.tsx'
import { isFile } from './base.ts'
import { hrefOf, routePath } from './route.ts'
import { isStale, session } from './session.ts'
import type { Theme } from './settings.ts'
import { settings } from './settings.ts'

/** What stands above all pages. */
export function Header({ onHelp }: { readonly onHelp: () => void }) {
  const path = routePath.value
  const isList = path === '/'
  return (
    <header class="app-header no-print">
      <a class="brand" href={hrefOf('/')} aria-current={isList ? 'page' : undefined}>
        <Logo />
        attune
      </a>
      {isFile || isList ? null : (
        <nav aria-label="Main">
          <a href={hrefOf('/')}>Studies</a>
        </nav>
      )}
      <span class="spread" />
      {session.value?.readOnly === true && !isFile ? (
        <Badge title="This page shows and changes nothing.">read-only</Badge>
      ) : null}
      <ThemeMenu />
      <IconButton label="Keys (?)" onClick={onHelp}>
        <IconHelp />
      </IconButton>
    </header>
  )
}

/** Said while the server does not answer. */
export function StaleBanner() {
  if (!isStale.value) return null
  return (
    <div class="stale-banner no-print" role="status">
      <IconWarning />
      The server does not answer. What you see is how things stood; the page goes on by itself when
      it is back.
    </div>
  )
}

const themes: readonly { readonly value: Theme; readonly label: string }[] = [
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
  { value: 'system', label: 'As the system' },
]

function ThemeMenu() {
  const { theme } = settings
  const icon = { light: <IconSun />, dark: <IconMoon />, system: <IconScreen /> }[theme.value]
  return (
    <Menu
      label="Theme"
      icon={icon}
      look="quiet"
      align="end"
      items={themes.map(({ value, label }) => ({
        label,
        checked: theme.value === value,
        onSelect: () => {
          theme.value = value
        },
      }))}
    />
  )
}

/** Values that draw near to the best one. */
function Logo() {
  return (
    <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
      <path
        d="M2 4.5c2.4 0 3 8 6 8s3.6-4 5.5-4 2.5 3 4.5 3"
        fill="none"
        stroke="var(--accent)"
        stroke-width="2"
        stroke-linecap="round"
      />
      <circle cx="8" cy="12.5" r="2.6" fill="var(--series-1)" />
    </svg>
  )
}
