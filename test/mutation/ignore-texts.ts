/** Excludes mutants of message texts, because their wording is not behaviour. */
import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin'

interface Node {
  type: string
  value?: string
  callee?: { type: string; name?: string }
  expressions?: unknown[]
  quasis?: { value: { raw: string } }[]
}

interface Path {
  node: Node
  parent: Node | null
}

/** @returns why the node's mutants are excluded; undefined when they are not. */
function ignoreReason(path: Path): string | undefined {
  const { node, parent } = path
  if (node.type !== 'StringLiteral' && node.type !== 'TemplateLiteral') return undefined
  if (parent && constructsError(parent)) return 'error message for developers'
  if (textOf(node)?.includes(' ')) return 'wording of a sentence'
  return undefined
}

const constructsError = ({ type, callee }: Node): boolean =>
  (type === 'CallExpression' && callee?.type === 'Super') ||
  (type === 'NewExpression' && callee?.type === 'Identifier' && callee.name?.endsWith('Error') === true)

/** @returns undefined when the literal has expressions. */
function textOf({ type, value, expressions, quasis }: Node): string | undefined {
  if (type === 'StringLiteral') return value
  return expressions?.length === 0 ? quasis?.[0]?.value.raw : undefined
}

export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, 'texts', {
    shouldIgnore: path => ignoreReason(path as Path),
  }),
]
