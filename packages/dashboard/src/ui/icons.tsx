import type { ComponentChildren } from 'preact'

/** Draws a picture of 16 by 16 in the colour of the text beside it; it says nothing to screen readers. */
const icon =
  (children: ComponentChildren) =>
  ({ size = 16 }: { readonly size?: number }) => (
    <svg
      width={size}
      height={size}
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

export const IconSearch = icon(
  <>
    <circle cx="7" cy="7" r="4.2" />
    <path d="M10.2 10.2 14 14" />
  </>,
)
export const IconClose = icon(<path d="m4 4 8 8M12 4l-8 8" />)
export const IconMore = icon(
  <g fill="currentColor" stroke="none">
    <circle cx="3" cy="8" r="1.4" />
    <circle cx="8" cy="8" r="1.4" />
    <circle cx="13" cy="8" r="1.4" />
  </g>,
)
export const IconCheck = icon(<path d="m3 8.5 3.2 3.2L13 4.8" />)
export const IconCopy = icon(
  <>
    <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
    <path d="M10.5 5.5V4A1.5 1.5 0 0 0 9 2.5H4A1.5 1.5 0 0 0 2.5 4v5A1.5 1.5 0 0 0 4 10.5h1.5" />
  </>,
)
export const IconDown = icon(<path d="m4 6 4 4 4-4" />)
export const IconUp = icon(<path d="m4 10 4-4 4 4" />)
export const IconLeft = icon(<path d="m10 4-4 4 4 4" />)
export const IconRight = icon(<path d="m6 4 4 4-4 4" />)
export const IconArrowDown = icon(<path d="M8 3v10M4 9l4 4 4-4" />)
export const IconArrowUp = icon(<path d="M8 13V3M4 7l4-4 4 4" />)
export const IconSun = icon(
  <>
    <circle cx="8" cy="8" r="2.8" />
    <path d="M8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M12.6 3.4l-.7.7M4.1 11.9l-.7.7" />
  </>,
)
export const IconMoon = icon(<path d="M13.5 9.6A5.8 5.8 0 0 1 6.4 2.5a5.8 5.8 0 1 0 7.1 7.1Z" />)
export const IconScreen = icon(
  <>
    <rect x="2" y="3" width="12" height="8" rx="1" />
    <path d="M6 13.5h4M8 11v2.5" />
  </>,
)
export const IconHelp = icon(
  <>
    <circle cx="8" cy="8" r="6" />
    <path d="M6.3 6.4A1.8 1.8 0 0 1 9.8 7c0 1.2-1.8 1.4-1.8 2.5M8 11.6v.1" />
  </>,
)
export const IconPlay = icon(<path d="M5 3.2v9.6l7.5-4.8Z" />)
export const IconPause = icon(<path d="M5.5 3.5v9M10.5 3.5v9" />)
export const IconStop = icon(<rect x="4" y="4" width="8" height="8" rx="1" />)
export const IconSkip = icon(<path d="M4 3.5v9L10.5 8ZM12.5 3.5v9" />)
export const IconPlus = icon(<path d="M8 3v10M3 8h10" />)
export const IconMinus = icon(<path d="M3 8h10" />)
export const IconEdit = icon(
  <path d="m3 13 .7-3L10.8 3a1.3 1.3 0 0 1 1.9 0l.3.3a1.3 1.3 0 0 1 0 1.9L6 12.3Z" />,
)
export const IconTrash = icon(
  <path d="M3 4.5h10M6.5 4.5v-2h3v2M4.5 4.5l.6 8.2a1 1 0 0 0 1 .8h3.8a1 1 0 0 0 1-.8l.6-8.2" />,
)
export const IconArchive = icon(
  <>
    <rect x="2" y="3" width="12" height="3" rx="0.8" />
    <path d="M3.2 6v6.2a.8.8 0 0 0 .8.8h8a.8.8 0 0 0 .8-.8V6M6.5 9h3" />
  </>,
)
export const IconTag = icon(
  <>
    <path d="M2.5 3.5v4l6.2 6.2a1 1 0 0 0 1.4 0l3.6-3.6a1 1 0 0 0 0-1.4L7.5 2.5h-4a1 1 0 0 0-1 1Z" />
    <circle cx="5.3" cy="5.3" r="0.6" fill="currentColor" />
  </>,
)
export const IconNote = icon(<path d="M3 2.5h10v8L9.5 13.5H3ZM13 10.5H9.5v3M5.5 5.5h5M5.5 8h3" />)
export const IconFilter = icon(<path d="M2.5 3.5h11L9.3 8.6v4.2L6.7 11.5V8.6Z" />)
export const IconColumns = icon(
  <>
    <rect x="2.5" y="3" width="11" height="10" rx="1" />
    <path d="M6.2 3v10M9.8 3v10" />
  </>,
)
export const IconDownload = icon(<path d="M8 2.5v8M4.5 7.5 8 11l3.5-3.5M2.5 13.5h11" />)
export const IconLink = icon(
  <path d="M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2.2-2.2a2.6 2.6 0 0 0-3.7-3.7l-.8.8M9.2 6.8a2.6 2.6 0 0 0-3.7 0L3.3 9a2.6 2.6 0 0 0 3.7 3.7l.8-.8" />,
)
export const IconExternal = icon(
  <path d="M9 2.5h4.5V7M13.5 2.5 8 8M11.5 9.5V13a.5.5 0 0 1-.5.5H3a.5.5 0 0 1-.5-.5V5a.5.5 0 0 1 .5-.5h3.5" />,
)
export const IconWarning = icon(<path d="M8 2.5 14.3 13.3H1.7ZM8 6.5v3.2M8 11.5v.1" />)
export const IconInfo = icon(
  <>
    <circle cx="8" cy="8" r="6" />
    <path d="M8 7.3v4M8 4.8v.1" />
  </>,
)
export const IconRefresh = icon(<path d="M13.3 8A5.3 5.3 0 1 1 11.6 4.1M13.3 2.2v3h-3" />)
export const IconSettings = icon(
  <>
    <path d="M2.5 4.5h6M11.5 4.5h2M2.5 11.5h2M7.5 11.5h6" />
    <circle cx="10" cy="4.5" r="1.5" />
    <circle cx="6" cy="11.5" r="1.5" />
  </>,
)
export const IconChart = icon(<path d="M2.5 2.5v11h11M5 10l2.5-3 2 1.8 3.5-4.3" />)
export const IconTable = icon(
  <>
    <rect x="2.5" y="3" width="11" height="10" rx="1" />
    <path d="M2.5 6.3h11M2.5 9.6h11M7 6.3V13" />
  </>,
)
export const IconCompare = icon(<path d="M2.5 4.5c6 0 5 7 11 7M2.5 11.5c6 0 5-7 11-7" />)
export const IconExpand = icon(
  <path d="M9.5 2.5h4v4M6.5 13.5h-4v-4M13.5 2.5 9.3 6.7M2.5 13.5l4.2-4.2" />,
)
export const IconHide = icon(
  <path d="M2 2l12 12M6.6 4a6 6 0 0 1 1.4-.2c3.4 0 5.5 3 6 4.2a7.6 7.6 0 0 1-1.7 2.3M9.8 11.9A5.6 5.6 0 0 1 8 12.2c-3.4 0-5.5-3-6-4.2a7.5 7.5 0 0 1 2.3-2.9" />,
)
export const IconEye = icon(
  <>
    <path d="M2 8c.5-1.2 2.6-4.2 6-4.2S13.5 6.8 14 8c-.5 1.2-2.6 4.2-6 4.2S2.5 9.2 2 8Z" />
    <circle cx="8" cy="8" r="1.8" />
  </>,
)
export const IconDrop = icon(
  <path d="M8 2v7M5 6.2 8 9.2l3-3M2.5 9.5v3.2a.8.8 0 0 0 .8.8h9.4a.8.8 0 0 0 .8-.8V9.5" />,
)
