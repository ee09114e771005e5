import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pageModels } from './page-models/page-models.ts'
import { pageTexts } from './page-texts.ts'

/** `npm run docs:pages`: writes page models to `test/views/models` and page texts to `test/views/texts`. */
for (const [name, files] of Object.entries({ models: pageModels(), texts: await pageTexts() })) {
  const folder = join(import.meta.dirname, name)
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder)
  for (const [file, text] of files) await writeFile(join(folder, file), text)
}
