import { render } from 'preact'
import { App } from './app/app.tsx'
import './ui/tokens.css'
import './ui/base.css'
import './ui/controls.css'
import './ui/overlays.css'
import './ui/data.css'
import './app/app.css'
import { followKeys } from './app/keys.ts'
import { expectStudyPage, readAhead } from './app/load-study-page.ts'
import { followAddress, route } from './app/route.ts'
import { loadSession } from './app/session.ts'
import { followTheme } from './app/settings.ts'
import { tellError } from './app/toasts.ts'

followTheme()
followAddress()
// Before anything is drawn, so that the worker starts and reads while the code of the page loads.
const [place, study] = route.value.parts
if (place === 'study') {
  if (study !== undefined) void readAhead(study)
  expectStudyPage()
}
followKeys()
void loadSession()

// What nobody waited for is told at least.
globalThis.addEventListener('unhandledrejection', ({ reason }) => {
  if (!(reason instanceof DOMException && reason.name === 'AbortError')) tellError(reason)
})

const root = document.getElementById('app')
if (root !== null) render(<App />, root)
