import { inspect, isDeepStrictEqual } from 'node:util'
import { sampleShell } from '../samples/sample.ts'
import { staffShell } from '../samples/second-factor-samples.ts'
import { consoleModels } from './console-models.ts'
import { formModels } from './form-models.ts'
import { messageModels } from './message-models.ts'
import { sellerModels } from './seller-models.ts'

type Model = Readonly<Record<string, unknown>>

/** Page models by file name. Any change in the code that builds a page changes at least one file. */
export function pageModels(): ReadonlyMap<string, string> {
  const models: Readonly<Record<string, Model>> = {
    ...sellerModels,
    ...consoleModels,
    ...messageModels,
    ...formModels,
  }
  return new Map(Object.entries(models).map(([name, states]) => [`${name}.txt`, textOf(states)]))
}

/** Shows the first state in full and only the differences of the others. */
function textOf(states: Model): string {
  const [first] = Object.values(states)
  return Object.entries(states)
    .map(([state, model]) => {
      const known = isPage(model)
        ? [sampleShell, staffShell, ...(model !== first && isPage(first) ? [first] : [])]
        : []
      return `== ${state}\n${formatModel(known.reduce(without, model))}\n`
    })
    .join('\n')
}

const isPage = (model: unknown): model is Model =>
  model !== null && typeof model === 'object' && 'csrf' in model

const without = (model: unknown, known: object): unknown =>
  Object.fromEntries(
    Object.entries(model as Model).filter(
      ([name, value]) => !isDeepStrictEqual(value, (known as Model)[name]),
    ),
  )

const formatModel = (model: unknown): string =>
  inspect(model, { depth: null, breakLength: 110, maxArrayLength: null, maxStringLength: null, sorted: true })
