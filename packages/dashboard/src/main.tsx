import { render } from 'preact'
import { App } from './app/app.tsx'
import './ui/tokens.css'
import './ui/base.css'
import './ui/controls.css'
import './ui/overlays.css'
import './ui/data.css'
import './app/app.css'
import { followKeys } from './app/keys.ts'
import { followAddress } from './app/route.ts'
import { loadSession } from './app/session.ts'
import { followTheme } from './app/settings.ts'
import { tellError } from './app/toasts.ts'

followTheme()
followAddress()
followKeys()
void loadSession()

// What nobody waited for is told at least.
globalThis.addEventListener('unhandledrejection', ({ reason }) => {
  if (!(reason instanceof DOMException && reason.name === 'AbortError')) tellError(reason)
})

const root = document.getElementById('app')
if (root !== null) render(<App />, root)
