/** Runs the files of `TEST_FILES` in this process; a TAP comment announces each file to the runner. */
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import { fileComment } from '../tally.ts'

for (const file of JSON.parse(process.env['TEST_FILES'] ?? '[]') as string[]) {
  t.comment(fileComment(file))
  await import(pathToFileURL(resolve(file)).href).catch(error =>
    t.test('can be loaded', async t => {
      t.error(error)
    }),
  )
}
