import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { faultsDocument } from './document.ts'

/** `npm run docs:faults`: writes docs/faults.md from the table. */
writeFileSync(join(import.meta.dirname, '../../../docs/faults.md'), faultsDocument())
