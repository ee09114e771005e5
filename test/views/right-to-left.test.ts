import { type CheerioAPI, load } from 'cheerio'
import t from 'tap'
import type { Shell } from '../../src/adapters/fastify/page-models/shell.ts'
import { bidiIsolate } from '../../src/domain/bidi-isolate.ts'
import { renderPage } from './render.ts'
import type { Sample } from './sample.ts'
import { samples } from './samples.ts'

/** An Amazon.ae shop. Where its exclamation mark and the dash after it appear shows whether the name is isolated. */
const shop = 'متجر النور!'

/** As {@link amazonUserText} formats it. */
const user = `${bidiIsolate(shop)} (a@example.com)`

type Model = Readonly<Record<string, unknown>>

/**
 * Where models hold names chosen by Amazon or users, by neighbouring fields, and how page code formats them.
 * Add each new field of this kind.
 */
const fields: Readonly<Record<string, { on: (model: Model) => boolean; put: string }>> = {
  'the name of an account': { on: model => 'marketplace' in model, put: shop },
  'the name of a user': { on: model => 'email' in model && typeof model['name'] === 'string', put: shop },
  'the name of a campaign in the overview': { on: model => 'adProduct' in model, put: shop },
  'the campaign of a table': { on: model => 'href' in model && 'name' in model, put: shop },
}
const single: Readonly<Record<string, string>> = {
  amazonUser: user,
  before: user,
  now: user,
  who: shop,
  what: `${bidiIsolate(shop)} — Amazon.ae`,
  more: `${bidiIsolate(shop)} · exact match`,
  q: shop,
}

/** With all names right-to-left. `put` lists the fields that this replaced. */
function renamed({ name, view, page }: Sample): Sample & { readonly put: ReadonlySet<string> } {
  const put = new Set<string>()
  const visit = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(visit)
    if (value === null || typeof value !== 'object') return value
    const model = value as Model
    const entries = Object.entries(model).map(([key, inner]): [string, unknown] => {
      if (typeof inner !== 'string' || inner === '') return [key, visit(inner)]
      const found = Object.entries(fields).find(([, { on }]) => key === 'name' && on(model))
      const title = key === 'title' && 'drillDownLinks' in model ? shop : undefined
      const word = found?.[1].put ?? title ?? (isDashboardsBefore(key, model) ? undefined : single[key])
      if (word === undefined) return [key, inner]
      put.add(found?.[0] ?? key)
      return [key, word]
    })
    return Object.fromEntries(entries)
  }
  return { name, view, page: visit(page) as Shell, put }
}

/** The previous figure or period is not a name. */
const isDashboardsBefore = (key: string, model: Model) =>
  key === 'before' && ('change' in model || 'timezone' in model)

/** Each place where the name could reorder the text around it. */
function unguarded($: CheerioAPI): string[] {
  const found: string[] = []
  const guarded = new RegExp(`\u2068${shop}\u2069`, 'g')
  $('*').each((_, element) => {
    const own = $(element)
    for (const [name, value] of Object.entries(own.attr() ?? {})) {
      const isTyped = name === 'value' && own.attr('dir') === 'auto'
      if (!isTyped && value.replace(guarded, '').includes(shop))
        found.push(`${own.prop('tagName')?.toLowerCase()} ${name}`)
    }
    const text = own
      .contents()
      .filter((_, node) => node.type === 'text')
      .text()
      .replace(guarded, '')
    const isAlone = own.is('bdi, [dir=auto]') && text.trim() === shop
    if (text.includes(shop) && !isAlone) found.push(`<${own.prop('tagName')?.toLowerCase()}> ${text.trim()}`)
  })
  return found
}

t.test('a right-to-left name is isolated, and any other is unchanged', async t => {
  t.equal(bidiIsolate('My Brand US'), 'My Brand US')
  t.equal(bidiIsolate('Ελλάδα 日本 (2)'), 'Ελλάδα 日本 (2)')
  t.equal(bidiIsolate(shop), `\u2068${shop}\u2069`)
  t.equal(bidiIsolate('חנות'), '\u2068חנות\u2069')
  t.equal(bidiIsolate('\u202eelgoog\u2069 x'), 'elgoog x', 'the name’s own direction marks are removed')
})

t.test('a name without isolation is found', async t => {
  const at = (html: string) => unguarded(load(html))
  t.strictSame(at(`<p><bdi>${shop}</bdi> — Amazon.ae</p>`), [])
  t.strictSame(at(`<title>${bidiIsolate(shop)} – 1smart.link</title>`), [])
  t.strictSame(at(`<input dir="auto" value="${shop}">`), [])
  t.strictSame(at(`<p>${shop} — Amazon.ae</p>`), [`<p> ${shop} — Amazon.ae`])
  t.strictSame(at(`<bdi>${shop} — Amazon.ae</bdi>`), [`<bdi> ${shop} — Amazon.ae`])
  t.strictSame(at(`<a aria-label="About ${shop}">x</a>`), ['a aria-label'])
})

t.test('every Amazon or user name on a page is isolated', async t => {
  const met = new Set<string>()
  for (const sample of samples) {
    const { view, page, put, name } = renamed(sample)
    const html = renderPage(view, page)
    t.strictSame(unguarded(load(html)), [], name)
    for (const field of put) if (html.includes(shop)) met.add(field)
  }
  t.strictSame([...met].sort(), [...Object.keys(fields), ...Object.keys(single), 'title'].sort())
})
