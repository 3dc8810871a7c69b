/** Why there is nothing to see, in the middle of where it would be. */
export function EmptyPlot({ note }: { readonly note: string }) {
  return (
    <div class="plot-empty">
      <svg
        width="36"
        height="28"
        viewBox="0 0 36 28"
        fill="none"
        stroke="currentColor"
        aria-hidden="true"
      >
        <path d="M2 2v24h32" stroke-width="1.5" />
        <path
          d="M7 20 14 13l6 4 9-10"
          stroke-width="1.5"
          stroke-dasharray="2 3"
          stroke-linecap="round"
        />
      </svg>
      <p>{note}</p>
    </div>
  )
}
