import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import Handlebars from 'handlebars'
import type { Shell } from './shell-model.ts'

export const viewsFolder = join(import.meta.dirname, '../../../../views')

/** A name missing from the model throws. */
const options = { strict: true, knownHelpersOnly: true, knownHelpers: { eq: true } } as const

export type Render = (view: string, page: Shell) => string

const readView = (file: string) => readFileSync(join(viewsFolder, file), 'utf8')

function engineWithPartials() {
  const engine = Handlebars.create()
  engine.registerHelper('eq', (one: unknown, other: unknown) => one === other)
  for (const file of readdirSync(join(viewsFolder, 'partials'))) {
    engine.registerPartial(basename(file, '.hbs'), engine.compile(readView(`partials/${file}`), options))
  }
  return engine
}

export function loadTemplateRenderer(): (template: string, model: object) => string {
  const engine = engineWithPartials()
  return (template, model) => engine.compile(template, options)(model)
}

export function loadTemplates(): Render {
  const engine = engineWithPartials()
  const compiled = new Map<string, Handlebars.TemplateDelegate>()
  const template = (name: string) => {
    const ready = compiled.get(name) ?? engine.compile(readView(`${name}.hbs`), options)
    compiled.set(name, ready)
    return ready
  }
  return (view, page) => {
    const body = template(view)(page)
    const layout = 'staff' in page ? 'layouts/staff' : page.user === null ? 'layouts/plain' : 'layouts/seller'
    return template(layout)({ ...page, body })
  }
}
