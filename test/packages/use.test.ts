import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { importsOf } from '../architecture/rules.ts'
import { otherUses, packagesIn, unusedOf } from './use.ts'

const project = join(import.meta.dirname, '../..')
const read = (file: string): string => readFileSync(join(project, file), 'utf8')
const manifest = JSON.parse(read('package.json'))
const production = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })
const development = Object.keys(manifest.devDependencies)

// The stand-in for MongoDB has its own package.json.
const packagesOf = (folders: string): string[] =>
  packagesIn(
    globSync(`${folders}/**/*.ts`, { cwd: project, exclude: ['test/integration/images/mongo/**'] }).flatMap(
      file => importsOf(file, read(file)),
    ),
  )

t.test('the product imports production packages only, and uses each of them', async t => {
  const imported = packagesOf('src')

  t.ok(imported.length > 30)
  t.strictSame(
    imported.filter(name => !production.includes(name)),
    [],
  )
  t.strictSame(unusedOf(production, imported), [])
  t.strictSame(unusedOf([...production, 'left-pad'], imported), ['left-pad'])
})

t.test('the sandbox, which runs on the product’s packages, imports no other', async t => {
  t.strictSame(
    packagesOf('sandbox').filter(name => !production.includes(name)),
    [],
  )
})

t.test('each development package is used, and tests import no package that package.json omits', async t => {
  const imported = packagesOf('{test,bench,demo}')

  t.strictSame(unusedOf(development, [...imported, ...packagesOf('src')]), [])
  t.strictSame(
    imported.filter(name => ![...production, ...development].includes(name)),
    [],
  )
})

t.test('each package that no file imports is named where its use is listed', async t => {
  t.strictSame(
    Object.entries(otherUses).filter(([, [file, text]]) => !read(file).includes(text)),
    [],
  )
})
