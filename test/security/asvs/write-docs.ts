import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { asvsDocument } from './document.ts'

/** `npm run docs:security` */
writeFileSync(join(import.meta.dirname, '../../../docs/asvs.md'), asvsDocument())
