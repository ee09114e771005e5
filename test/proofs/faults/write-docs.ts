import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { faultsDocument } from './document.ts'

/** `npm run docs:faults` */
writeFileSync(join(import.meta.dirname, '../../../docs/faults.md'), faultsDocument())
