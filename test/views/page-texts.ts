import { type Cheerio, type CheerioAPI, load } from 'cheerio'
import { renderPage } from './render.ts'
import { emailPages } from './samples/email-pages.ts'
import { samples } from './samples.ts'

type Node = ReturnType<Cheerio<never>['contents']>[number]

const inline = new Set([
  'a',
  'abbr',
  'b',
  'bdi',
  'code',
  'em',
  'i',
  'label',
  'option',
  'small',
  'span',
  'strong',
  'time',
])
const skipped = new Set(['svg', 'script', 'style', 'head'])

/** A page's text, links and forms, one line per block. */
function linesOf($: CheerioAPI, root: Node): string[] {
  const lines: string[] = []
  let line = ''
  const endLine = () => {
    const text = line
      .replace(/\s+/g, ' ')
      .replace(/^ ?\| | \| ?$/g, '')
      .trim()
    if (text) lines.push(text)
    line = ''
  }
  const walk = (node: Node): void => {
    if (node.type === 'text') line += node.data
    if (node.type !== 'tag' || skipped.has(node.name)) return
    const { href, action, method, name, value, type } = node.attribs
    const isInLine = inline.has(node.name)
    const isCell = node.name === 'td' || node.name === 'th'
    if (isCell) line += ' | '
    else if (!isInLine && !['button', 'input'].includes(node.name)) endLine()
    if (node.name === 'form') lines.push(`${(method ?? 'get').toUpperCase()} ${action}`)
    if (node.name === 'input')
      line += ` {${type ?? 'text'} ${name}=${value ?? ''}${'checked' in node.attribs ? ' ✓' : ''}}`
    for (const child of $(node).contents().toArray()) walk(child as Node)
    if (href) line += ` <${href}>`
    if (node.name === 'button') line += name ? ` {button ${name}=${value ?? ''}} ` : ' {button} '
    if (node.name === 'option') line += ` {${value}${'selected' in node.attribs ? ' ✓' : ''}} `
    if (!isInLine && !isCell && !['button', 'input'].includes(node.name)) endLine()
  }
  walk(root)
  endLine()
  return lines
}

/** Page texts by view; each state lists only its new lines. A swapped field, wrong link or lost line changes them. */
export async function pageTexts(): Promise<ReadonlyMap<string, string>> {
  const states = [
    // `picker-thousand` repeats one line a thousand times.
    ...samples
      .filter(({ name }) => name !== 'picker-thousand')
      .map(({ name, view, page }) => ({ name, view, html: renderPage(view, page) })),
    ...[...(await emailPages())].map(([name, html]) => ({ name, view: 'mail', html })),
  ]
  const texts = new Map<string, string>()
  for (const [view, group] of Map.groupBy(states, state => state.view)) {
    const known = new Set<string>()
    const parts = group.flatMap(({ name, html }) => {
      const $ = load(html)
      const [root] = $('main').length > 0 ? $('main') : $('body')
      const fresh = root ? linesOf($, root as Node).filter(line => !known.has(line)) : []
      for (const line of fresh) known.add(line)
      return fresh.length > 0 ? [`== ${name}`, ...fresh, ''] : []
    })
    texts.set(`${view.replaceAll('/', '-')}.txt`, `${parts.join('\n').trim()}\n`)
  }
  return texts
}
