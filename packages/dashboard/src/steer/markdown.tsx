import type { VNode } from 'preact'
import type { Block, Inline } from './markdown-blocks.ts'
import { parseMarkdown } from './markdown-blocks.ts'

/** A note as people wrote it, in Markdown; nothing in it becomes markup but what is listed there. */
export function Markdown({ text }: { readonly text: string }): VNode {
  return <div class="markdown">{parseMarkdown(text).map(showBlock)}</div>
}

/** Headings of a note stand below those of the page. */
const headings = ['h3', 'h4', 'h5', 'h6'] as const

function showBlock(block: Block): VNode {
  switch (block.kind) {
    case 'heading': {
      const Heading = headings[Math.min(block.level, headings.length) - 1] as 'h3'
      return <Heading>{block.parts.map(showPart)}</Heading>
    }
    case 'paragraph':
      return (
        <p>
          {block.lines.map((parts, i) => (
            <>
              {i > 0 && <br />}
              {parts.map(showPart)}
            </>
          ))}
        </p>
      )
    case 'code':
      return (
        <pre>
          <code>{block.text}</code>
        </pre>
      )
    case 'quote':
      return <blockquote>{block.blocks.map(showBlock)}</blockquote>
    case 'rule':
      return <hr />
    case 'list': {
      const items = block.items.map((blocks) => <li>{showItem(blocks)}</li>)
      return block.start === undefined ? <ul>{items}</ul> : <ol start={block.start}>{items}</ol>
    }
  }
}

/** An item of one paragraph needs none around it. */
function showItem(blocks: readonly Block[]): (VNode | string)[] {
  const [first, ...rest] = blocks
  if (first?.kind !== 'paragraph') return blocks.map(showBlock)
  return [
    ...first.lines.flatMap((parts, i) => [...(i > 0 ? [<br />] : []), ...parts.map(showPart)]),
    ...rest.map(showBlock),
  ]
}

function showPart(part: Inline): VNode | string {
  switch (part.kind) {
    case 'text':
      return part.text
    case 'code':
      return <code>{part.text}</code>
    case 'strong':
      return <strong>{part.parts.map(showPart)}</strong>
    case 'em':
      return <em>{part.parts.map(showPart)}</em>
    case 'link':
      return (
        <a href={part.href} target="_blank" rel="noopener noreferrer nofollow">
          {part.parts.map(showPart)}
        </a>
      )
  }
}
