import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { officialImages } from './integration/servers/image.ts'
import { isProofNamed, proofNames } from './proofs/proof-files.ts'

const project = join(import.meta.dirname, '..')
const read = (file: string): string => readFileSync(join(project, file), 'utf8')
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...['docs', 'docs/decisions', 'docs/product'].flatMap(folder =>
    readdirSync(join(project, folder))
      .filter(name => name.endsWith('.md'))
      .map(name => `${folder}/${name}`),
  ),
]
const scripts: Readonly<Record<string, string>> = JSON.parse(read('package.json')).scripts

t.test('every command in the documents is a real script', async t => {
  const references = documents.flatMap(file =>
    [...read(file).matchAll(/npm (?:run (?:-s )?)?([a-z][a-z:]*)/g)].map(([, name = '']) => ({ file, name })),
  )
  const npmCommands = ['ci', 'run', 'install', 'audit']

  t.ok(references.length > 15)
  t.strictSame(
    references.filter(({ name }) => !npmCommands.includes(name) && !(name in scripts)),
    [],
  )
})

t.test('every proof, file and folder that the documents name exists', async t => {
  const references = documents.flatMap(file =>
    [...read(file).matchAll(/`((?:src|test|docs|sandbox|views)\/[\w./-]+)`|\]\((?!http)([^)#]+)\)/g)].map(
      ([, path, link]) => ({ file, path: path ?? join(dirname(file), link ?? '') }),
    ),
  )
  const proofs = documents.flatMap(file =>
    [...read(file).matchAll(/npm run prove -- (\w[\w-]*)/g)].map(([, name = '']) => ({ file, name })),
  )

  t.ok(references.length > 10)
  t.strictSame(
    references.filter(({ path }) => !existsSync(join(project, path.replace(/<.*/, '')))),
    [],
  )
  t.strictSame(
    proofs.filter(({ name }) => !proofNames.some(known => isProofNamed(known, name))),
    [],
  )
})

t.test('every promise that the code, tests and documents cite is in docs/product/promises.md', async t => {
  const promises = new Set(
    [...read('docs/product/promises.md').matchAll(/\*\*(S-\d\d)\*\*/g)].map(([, n]) => n),
  )
  const files = globSync('{src,sandbox,demo,bench,test,views,docs}/**/*.{ts,js,hbs,css,md}', { cwd: project })
  const unknown = files.flatMap(file =>
    [...read(file).matchAll(/\bS-\d\d\b/g)].flatMap(([n]) => (promises.has(n) ? [] : [`${file}: ${n}`])),
  )

  t.equal(promises.size, 52)
  t.ok(files.length > 1000)
  t.strictSame(unknown, [])
})

t.test('docker-compose.yml starts the servers that the integration suites expect', async t => {
  const images = [...read('docker-compose.yml').matchAll(/image: \$\{(\w+):-([\w:.@]+)\}/g)].map(match =>
    match.slice(1),
  )

  for (const [name, image] of Object.entries(officialImages)) {
    t.strictSame(
      images.filter(([setting]) => setting === `${name.toUpperCase()}_IMAGE`),
      [[`${name.toUpperCase()}_IMAGE`, image]],
    )
  }
})
