import Handlebars from 'handlebars'
import type { Shell } from '../page-models/shell.ts'
import { loadTemplateRenderer } from '../templates.ts'
import type { ForcedState } from './sheet.ts'
import { type ComponentExample, sections } from './specimens.ts'
import { measurePairs, type Tokens } from './tokens.ts'

/** Escaped already by the product's own templates. */
type RenderedHtml = InstanceType<typeof Handlebars.SafeString>

export interface StyleguidePage extends Shell {
  readonly colours: readonly { readonly name: string; readonly light: string; readonly dark: string }[]
  readonly pairs: readonly {
    readonly colour: string
    readonly on: string
    readonly light: string
    readonly dark: string
    readonly least: string
  }[]
  readonly texts: Tokens['texts']
  readonly spaces: Tokens['spaces']
  readonly sections: readonly {
    readonly title: string
    readonly id: string
    readonly specimens: readonly { readonly name: string; readonly drawn: RenderedHtml }[]
  }[]
}

export function styleguidePage(shell: Shell, tokens: Tokens): StyleguidePage {
  const renderTemplate = loadTemplateRenderer()
  let count = 0
  const draw = ({ name, template, model, forcedState }: ComponentExample) => {
    count += 1
    const html = renderTemplate(template, { ...shell, pendingId: 'p-0', ...model })
    return { name, drawn: new Handlebars.SafeString(forceState(forcedState, prefixIds(html, `s${count}`))) }
  }
  return {
    ...shell,
    colours: [...tokens.colours].map(([name, { light, dark }]) => ({ name, light, dark })),
    pairs: measurePairs(tokens).map(({ colour, on, minRatio, ratio }) => ({
      colour,
      on,
      light: ratio.light.toFixed(1),
      dark: ratio.dark.toFixed(1),
      least: minRatio.toFixed(1),
    })),
    texts: tokens.texts,
    spaces: tokens.spaces,
    sections: sections(shell.supportEmail).map(({ title, specimens }) => ({
      title,
      id: `about-${title.toLowerCase().replaceAll(' ', '-')}`,
      specimens: specimens.map(draw),
    })),
  }
}

const prefixIds = (html: string, prefix: string): string =>
  html.replace(
    /\s(id|for|aria-labelledby|aria-describedby)="([^"]+)"/g,
    (_, attribute: string, ids: string) =>
      ` ${attribute}="${ids
        .split(' ')
        .map(id => `${prefix}-${id}`)
        .join(' ')}"`,
  )

const forceState = (state: ForcedState | undefined, html: string): string =>
  state
    ? html.replace(/<(?:button|a|summary|input(?! type="hidden"))(?=\s)/, `$& data-forced="${state}"`)
    : html
