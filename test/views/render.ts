import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import Handlebars from 'handlebars'
import type { Shell } from '../../src/adapters/fastify/kit/shell-model.ts'

export const viewsFolder = join(import.meta.dirname, '../../views')

const options = { strict: true, knownHelpersOnly: true, knownHelpers: { eq: true } } as const

const engine = Handlebars.create()
engine.registerHelper('eq', (one: unknown, other: unknown) => one === other)
for (const file of readdirSync(join(viewsFolder, 'partials'))) {
  const source = readFileSync(join(viewsFolder, 'partials', file), 'utf8')
  engine.registerPartial(basename(file, '.hbs'), engine.compile(source, options))
}

const compiled = new Map<string, Handlebars.TemplateDelegate>()

function template(name: string): Handlebars.TemplateDelegate {
  const known = compiled.get(name)
  if (known) return known
  const fresh = engine.compile(readFileSync(join(viewsFolder, `${name}.hbs`), 'utf8'), options)
  compiled.set(name, fresh)
  return fresh
}

/** `plain` is for visitors who aren't signed in. */
export const layoutFor = (page: Shell): 'layouts/seller' | 'layouts/staff' | 'layouts/plain' =>
  'staff' in page ? 'layouts/staff' : page.user === null ? 'layouts/plain' : 'layouts/seller'

/** Renders as the server does: the view, then the layout around it with the same model. */
export function renderPage(view: string, page: Shell): string {
  const body = template(view)(page)
  return template(layoutFor(page))({ ...page, body })
}
