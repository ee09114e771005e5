import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pageTexts } from './page-texts.ts'

/** `npm run docs:pages`: writes the text of every page and mail to `test/views/texts`. */
const folder = join(import.meta.dirname, 'texts')
await rm(folder, { recursive: true, force: true })
await mkdir(folder)
for (const [name, text] of await pageTexts()) await writeFile(join(folder, name), text)
