import type { JSX } from 'preact'

import { apiUrl } from '../../../app/api.ts'
import { tell, tellError } from '../../../app/toasts.ts'
import { copyText } from '../../../ui/copy-button.tsx'
import { IconDownload } from '../../../ui/icons.tsx'
import type { MenuItem } from '../../../ui/menu.tsx'
import { Menu } from '../../../ui/menu.tsx'
import { download, fileName } from '../model/download.ts'
import { useStudy } from '../model/study-model.ts'

/** Takes a study along: as a page, as a table, as a report. */
export function ExportMenu(): JSX.Element {
  const { id, opened, onServer } = useStudy()
  const { name } = opened.about
  const report = `attune report ${JSON.stringify(name)}`
  const path = `/api/studies/${encodeURIComponent(id)}`
  const items: readonly MenuItem[] = [
    ...(onServer
      ? [
          {
            label: 'Page of its own',
            about: 'one HTML file with all data, opens without a server',
            href: apiUrl(`${path}/page`),
            download: `${fileName(name)}.html`,
          },
          {
            label: 'Journal',
            about: 'all events as JSON lines, which attune and the page for files open',
            href: apiUrl(`${path}/journal`),
            download: `${fileName(name)}.jsonl`,
          },
        ]
      : []),
    {
      label: 'Trials as CSV',
      about: 'numbers in full',
      onSelect: () => {
        opened.csv().then((text) => download(`${fileName(name)}.csv`, text, 'text/csv'), tellError)
      },
    },
    {
      label: 'Report',
      about: `copies ${report}`,
      onSelect: () => {
        void copyText(report).then((done) => {
          if (done) tell('Copied; it writes a report as HTML or Markdown.', 'good')
        })
      },
    },
  ]
  return (
    <Menu
      label="Export"
      align="end"
      icon={<IconDownload size={14} />}
      text="Export"
      items={items}
    />
  )
}
