import { useEffect } from 'preact/hooks'

/** What the window is called while a page is there: `TEXT · attune`. */
export function usePageTitle(text: string): void {
  useEffect(() => {
    document.title = text === '' ? 'attune' : `${text} · attune`
  }, [text])
}
