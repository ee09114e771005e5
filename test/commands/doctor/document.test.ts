import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { docLinks } from '../../../src/commands/doctor/check.ts'
import { checklist } from '../../../src/commands/doctor/checklist.ts'
import { findInstallation } from '../../../src/commands/doctor/installation.ts'
import { readSettings } from '../../../src/settings/settings.ts'

const read = (file: string): string => readFileSync(join(import.meta.dirname, '../../..', file), 'utf8')
/** Returns the anchors that GitHub derives from the headings. */
const anchorsIn = (text: string): string[] =>
  [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  )

t.test('every chapter that the doctor refers to exists', async t => {
  for (const chapter of Object.values(docLinks)) {
    const [file = '', anchor = ''] = chapter.split('#')
    t.ok(anchorsIn(read(file)).includes(anchor), chapter)
  }
})

t.test('docs/running.md lists exactly the checks of the checklist, in order', async t => {
  const installation = await findInstallation(readSettings({ DATA_DIRECTORY: t.testdir() }))
  const names = checklist(installation).map(({ name }) => name.replace(/ (NA|EU|FE)$/, ''))
  const [, checkTable = ''] = read('docs/running.md').split('| line |')
  const documented = [...(checkTable.split('\n\n')[0] ?? '').matchAll(/^\| ([^|-][^|]*?) \|/gm)].map(
    ([, name]) => name,
  )

  t.strictSame(documented, [...new Set(names)])
})
