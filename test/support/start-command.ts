import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const { scripts } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'))

/** What `npm start` gives to node, flags included: tests start the product as people do. */
export const startCommand: readonly string[] = String(scripts.start).split(' ').slice(1)
