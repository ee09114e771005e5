import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Amazon's documents and recordings, which lie beside the project and are no part of it. */
const folder = fileURLToPath(new URL('../../../shared/amazon/data/', import.meta.url))

/** Why the contract tests cannot run here, or false when they can. */
export const absent: string | false = existsSync(folder)
  ? false
  : 'skipped: ../shared/amazon/data does not lie beside the project'

export function read(path: string): string {
  return readFileSync(folder + path, 'utf8')
}

export interface Schema {
  $ref?: string
  type?: string
  enum?: unknown[]
  nullable?: boolean
  required?: string[]
  properties?: Record<string, Schema>
  items?: Schema
}

/** What a value breaks of an OpenAPI 3.0 schema: types, enums, required fields and, beyond it, unknown fields. */
export function breaches(value: unknown, schema: Schema, all: Record<string, Schema>, at = ''): string[] {
  const name = schema.$ref?.split('/').pop()
  if (name !== undefined) {
    const named = all[name]
    return named ? breaches(value, named, all, at) : [`${at}: no schema ${name}`]
  }
  if (value === null) return schema.nullable ? [] : [`${at} is null`]
  if (schema.enum && !schema.enum.includes(value)) return [`${at} is ${String(value)}`]
  if (schema.type !== undefined && !hasType(value, schema.type)) return [`${at} is no ${schema.type}`]
  if (Array.isArray(value)) {
    return value.flatMap((item, index) =>
      schema.items ? breaches(item, schema.items, all, `${at}/${index}`) : [],
    )
  }
  if (typeof value !== 'object') return []
  const missing = (schema.required ?? [])
    .filter(field => !(field in value))
    .map(field => `${at}/${field} is missing`)
  const members = Object.entries(value).flatMap(([field, member]) => {
    const own = schema.properties?.[field]
    return own ? breaches(member, own, all, `${at}/${field}`) : [`${at}/${field} is not in the schema`]
  })
  return [...missing, ...members]
}

function hasType(value: unknown, type: string): boolean {
  if (type === 'array') return Array.isArray(value)
  if (type === 'integer') return Number.isInteger(value)
  return typeof value === type
}

/** The `components.schemas` of an OpenAPI file in YAML, as far as a checker needs them: plain nested keys and lists. */
export function schemasInYaml(yaml: string): Record<string, Schema> {
  const start = yaml.split('\n').indexOf('  schemas:')
  const root: Record<string, unknown> = {}
  const open: {
    indent: number
    node: Record<string, unknown>
    parent?: Record<string, unknown>
    key?: string
  }[] = [{ indent: 2, node: root }]
  for (const line of yaml.split('\n').slice(start + 1)) {
    const indent = line.search(/\S/)
    if (indent === -1) continue
    if (indent <= 2) break
    while ((open.at(-1)?.indent ?? 0) >= indent) open.pop()
    const top = open.at(-1)
    if (!top) break
    const item = /^- (.+)$/.exec(line.trim())?.[1]
    if (item !== undefined && top.parent && top.key) {
      const list = top.parent[top.key]
      if (Array.isArray(list)) list.push(item)
      else top.parent[top.key] = [item]
      continue
    }
    const [, key, value] = /^([$\w]+): ?(.*)$/.exec(line.trim()) ?? []
    if (key === undefined) continue
    if (value !== '') top.node[key] = value?.replace(/^"(.*)"$/, '$1')
    else {
      const node = {}
      top.node[key] = node
      open.push({ indent, node, parent: top.node, key })
    }
  }
  return root as Record<string, Schema>
}
