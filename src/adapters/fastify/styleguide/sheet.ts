import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { viewsFolder } from '../templates.ts'
import type { Tokens } from './tokens.ts'

const states = { hover: ':hover', focus: ':focus-visible', press: ':active' } as const

export type ForcedState = keyof typeof states

export function styleguideSheet({ colours, texts, spaces }: Tokens): string {
  const app = read('app.css')
  const appStyles = [...app.matchAll(/@import "([\w-]+\.css)" layer\((\w+)\);/g)].map(
    ([, file = '', layer]) => `@layer ${layer} {\n${forceStates(read(file))}\n}`,
  )
  const swatches = [
    ...[...colours.keys()].map(name => `.swatch--${name} { background: var(--${name}); }`),
    ...texts.map(({ name }) => `.sample--${name} { font-size: var(--${name}); }`),
    ...spaces.map(({ name }) => `.sample--${name} { inline-size: var(--${name}); }`),
  ]
  return [...appStyles, '@layer components {', ...swatches, read('styleguide.css'), '}'].join('\n')
}

const read = (file: string): string => readFileSync(join(viewsFolder, 'assets/styles', file), 'utf8')

function forceStates(css: string): string {
  return Object.entries(states).reduce(
    (sheet, [state, selector]) => sheet.replaceAll(selector, `[data-forced="${state}"]`),
    css,
  )
}
