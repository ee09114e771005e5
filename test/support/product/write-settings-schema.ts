import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { settingsDocument } from '../../../src/settings/settings-schema.ts'

/** `npm run docs:settings` */
const file = join(import.meta.dirname, '../../../docs/settings.schema.json')
writeFileSync(file, `${JSON.stringify(settingsDocument(), null, 2)}\n`)
