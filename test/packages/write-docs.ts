import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dependenciesDocument } from './document.ts'

/** `npm run docs:dependencies` */
writeFileSync(join(import.meta.dirname, '../../docs/dependencies.md'), dependenciesDocument())
