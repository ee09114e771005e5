import { type CheerioAPI, load } from 'cheerio'
import t from 'tap'
import type { Shell } from '../../src/adapters/fastify/kit/shell-model.ts'
import { bidiIsolate } from '../../src/domain/bidi-isolate.ts'
import { renderPage } from './render.ts'
import type { Sample } from './samples/sample.ts'
import { samples } from './samples.ts'

/** An Amazon.ae shop. Where its exclamation mark and the dash after it appear shows whether the name is isolated. */
const shop = 'متجر النور!'

/** As {@link amazonUserText} formats it. */
const user = `${bidiIsolate(shop)} (a@example.com)`

type Model = Readonly<Record<string, unknown>>

/**
 * Model fields called `name` that hold names chosen by Amazon or users, recognised by neighbouring fields, each with a
 * right-to-left value as page code formats it. Add each new field of this kind.
 */
const fields: Readonly<Record<string, { matches: (model: Model) => boolean; value: string }>> = {
  'the name of an account': { matches: model => 'marketplace' in model, value: shop },
  'the name of a user': {
    matches: model => 'email' in model && typeof model['name'] === 'string',
    value: shop,
  },
  'the name of a campaign in the overview': { matches: model => 'adProduct' in model, value: shop },
  'the campaign of a table': { matches: model => 'href' in model && 'name' in model, value: shop },
}
/** Further fields, by key. */
const otherFields: Readonly<Record<string, string>> = {
  amazonUser: user,
  before: user,
  now: user,
  who: shop,
  what: `${bidiIsolate(shop)} — Amazon.ae`,
  more: `${bidiIsolate(shop)} · exact match`,
  q: shop,
}

/** Makes all names right-to-left. `replaced` lists the fields whose values this replaced. */
function withRightToLeftNames({
  name,
  view,
  page,
}: Sample): Sample & { readonly replaced: ReadonlySet<string> } {
  const replaced = new Set<string>()
  const visit = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(visit)
    if (value === null || typeof value !== 'object') return value
    const model = value as Model
    const entries = Object.entries(model).map(([key, inner]): [string, unknown] => {
      if (typeof inner !== 'string' || inner === '') return [key, visit(inner)]
      const found = Object.entries(fields).find(([, { matches }]) => key === 'name' && matches(model))
      const title = key === 'title' && 'drillDownLinks' in model ? shop : undefined
      const replacement =
        found?.[1].value ?? title ?? (isPreviousFigure(key, model) ? undefined : otherFields[key])
      if (replacement === undefined) return [key, inner]
      replaced.add(found?.[0] ?? key)
      return [key, replacement]
    })
    return Object.fromEntries(entries)
  }
  return { name, view, page: visit(page) as Shell, replaced }
}

/** True for `before` with a previous figure or period, which isn't a name. */
const isPreviousFigure = (key: string, model: Model) =>
  key === 'before' && ('change' in model || 'timezone' in model)

/** Returns each place where the name could reorder the text around it. */
function unisolatedNames($: CheerioAPI): string[] {
  const found: string[] = []
  const isolated = new RegExp(`\u2068${shop}\u2069`, 'g')
  $('*').each((_, element) => {
    const own = $(element)
    for (const [name, value] of Object.entries(own.attr() ?? {})) {
      const isInput = name === 'value' && own.attr('dir') === 'auto'
      if (!isInput && value.replace(isolated, '').includes(shop))
        found.push(`${own.prop('tagName')?.toLowerCase()} ${name}`)
    }
    const text = own
      .contents()
      .filter((_, node) => node.type === 'text')
      .text()
      .replace(isolated, '')
    const isAlone = own.is('bdi, [dir=auto]') && text.trim() === shop
    if (text.includes(shop) && !isAlone) found.push(`<${own.prop('tagName')?.toLowerCase()}> ${text.trim()}`)
  })
  return found
}

t.test('a right-to-left name is isolated, and other names are unchanged', async t => {
  t.equal(bidiIsolate('My Brand US'), 'My Brand US')
  t.equal(bidiIsolate('Ελλάδα 日本 (2)'), 'Ελλάδα 日本 (2)')
  t.equal(bidiIsolate(shop), `\u2068${shop}\u2069`)
  t.equal(bidiIsolate('חנות'), '\u2068חנות\u2069')
  t.equal(bidiIsolate('\u202eelgoog\u2069 x'), 'elgoog x', 'the name’s own direction marks are removed')
})

t.test('a name without isolation is found', async t => {
  const unisolatedIn = (html: string) => unisolatedNames(load(html))
  t.strictSame(unisolatedIn(`<p><bdi>${shop}</bdi> — Amazon.ae</p>`), [])
  t.strictSame(unisolatedIn(`<title>${bidiIsolate(shop)} – 1smart.link</title>`), [])
  t.strictSame(unisolatedIn(`<input dir="auto" value="${shop}">`), [])
  t.strictSame(unisolatedIn(`<p>${shop} — Amazon.ae</p>`), [`<p> ${shop} — Amazon.ae`])
  t.strictSame(unisolatedIn(`<bdi>${shop} — Amazon.ae</bdi>`), [`<bdi> ${shop} — Amazon.ae`])
  t.strictSame(unisolatedIn(`<a aria-label="About ${shop}">x</a>`), ['a aria-label'])
})

t.test('every Amazon or user name on a page is isolated', async t => {
  const shown = new Set<string>()
  for (const sample of samples) {
    const { view, page, replaced, name } = withRightToLeftNames(sample)
    const html = renderPage(view, page)
    t.strictSame(unisolatedNames(load(html)), [], name)
    for (const field of replaced) if (html.includes(shop)) shown.add(field)
  }
  t.strictSame([...shown].sort(), [...Object.keys(fields), ...Object.keys(otherFields), 'title'].sort())
})
