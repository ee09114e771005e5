import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { dependenciesDocument, packages, readActivity } from './document.ts'
import { reasons } from './reasons.ts'

const document = join(import.meta.dirname, '../../docs/dependencies.md')

t.test('each direct package has a reason and a latest release, and no other has one', async t => {
  const names = packages()
    .map(({ name }) => name)
    .sort()

  t.ok(names.length > 50)
  t.strictSame(Object.keys(reasons).sort(), names)
  t.strictSame(Object.keys(readActivity().latestReleases).sort(), names)
})

t.test('each direct package has an exact version and a licence', async t => {
  t.strictSame(
    packages().filter(({ version, licence }) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version) || !licence),
    [],
  )
})

t.test('docs/dependencies.md matches the data; npm run docs:dependencies updates it', async t => {
  t.equal(readFileSync(document, 'utf8'), dependenciesDocument())
})
