import type { Shell } from '../../src/adapters/fastify/kit/shell-model.ts'
import type { Sample } from './samples/sample.ts'

/** A name as an attacker would choose it. Pages must show it as text. */
export const hostile = '"><script>alert(1)</script><img src=x onerror=alert(2)>\' `x` {{csrf}}'

export function withHostileNames({ name, view, page }: Sample): Sample {
  const unchangedKeys = new Set([
    'tone',
    'level',
    'flag',
    'state',
    'stage',
    'iso',
    'direction',
    'region',
    'line',
    'path',
  ])
  const replace = (value: unknown, key: string): unknown => {
    // The dash for a missing period is ours, and templates render it differently.
    const isFixed = value === '–' || (key === 'name' && String(value) in stageNames)
    if (typeof value === 'string') return unchangedKeys.has(key) || isFixed ? value : hostile
    if (Array.isArray(value)) return value.map(each => replace(each, key))
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, replace(inner, field)]))
  }
  return { name, view, page: replace(page, 'page') as Shell }
}

const stageNames = { OAuth: 1, 'Generating Reports': 1, Processing: 1, Ready: 1 }
