import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const { scripts } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8'))

/** Arguments of `npm start` to node, with its flags. */
export const startCommand: readonly string[] = String(scripts.start).split(' ').slice(1)
