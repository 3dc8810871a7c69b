import { useEffect, useRef, useState } from 'preact/hooks'
import { ListPage } from '../pages/list-page.tsx'
import { FilePage } from '../pages/list-file-page.tsx'
import { MissingLink, NotFound } from '../pages/list-states.tsx'
import { embedded, isFile } from './base.ts'
import { DropTarget } from './drop-target.tsx'
import { ErrorBoundary } from './error-boundary.tsx'
import { Header, StaleBanner } from './header.tsx'
import { HelpBox } from './help-box.tsx'
import { useKeys } from './keys.ts'
import { lazyPage } from './lazy-page.tsx'
import { loadStudyPage } from './load-study-page.ts'
import { QuestionBox } from './question-box.tsx'
import { navigate, routeParts, routePath } from './route.ts'
import { needsLink } from './session.ts'
import { droppedFile, embeddedId, fileId } from './sources.ts'
import { ToastArea } from './toast-area.tsx'

/** A study: the server's, a file's, or that of a page of its own. */
const StudyPage = lazyPage(loadStudyPage)
const ComparePage = lazyPage<object>(() => import('../pages/compare-page.tsx'))

export function App() {
  const [isHelpOpen, setHelp] = useState(false)
  const main = useRef<HTMLElement>(null)
  const path = routePath.value
  useKeys([
    { keys: '?', about: 'Show these keys', act: () => setHelp(true) },
    { keys: 'g l', about: 'Go to the list of studies', act: () => navigate('/') },
  ])
  // Screen readers go on at the new page, not in the link that led to it.
  const place = path.split('/', 3).join('/')
  const before = useRef(place)
  useEffect(() => {
    if (before.current === place) return
    before.current = place
    main.current?.focus({ preventScroll: true })
  }, [place])
  return (
    <>
      <button
        type="button"
        class="skip-link button"
        onClick={() => {
          main.current?.focus()
        }}
      >
        Skip to the content
      </button>
      <Header onHelp={() => setHelp(true)} />
      <StaleBanner />
      <main ref={main} id="main" tabIndex={-1}>
        <ErrorBoundary key={place}>{needsLink.value ? <MissingLink /> : <Page />}</ErrorBoundary>
      </main>
      <ToastArea />
      <QuestionBox />
      <DropTarget />
      {isHelpOpen ? <HelpBox onClose={() => setHelp(false)} /> : null}
    </>
  )
}

function Page() {
  const [first, second, ...rest] = routeParts.value
  if (first === undefined) {
    if (embedded !== undefined) return <StudyPage id={embeddedId} path="" />
    return isFile ? <FilePage /> : <ListPage />
  }
  if (first === 'compare' && second === undefined) return <ComparePage />
  if (first === 'study' && second !== undefined) {
    const file = droppedFile.value
    if (second !== fileId) return <StudyPage key={second} id={second} path={rest.join('/')} />
    // Another file is another study.
    const key = file === undefined ? '' : `${file.name} ${file.size} ${file.lastModified}`
    return file === undefined ? (
      <FilePage />
    ) : (
      <StudyPage key={key} id={second} path={rest.join('/')} />
    )
  }
  if (first === 'file' && second === undefined) return <FilePage />
  return <NotFound />
}
