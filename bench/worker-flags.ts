import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const { scripts } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'))

export const workerFlags: readonly string[] = String(scripts.start)
  .split(' ')
  .filter(argument => argument.startsWith('--'))
