import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'

const project = join(import.meta.dirname, '../..')
const read = (file: string): string => readFileSync(join(project, file), 'utf8')

/** Lines as `file: line`. */
const linesWith = (pattern: RegExp, files: string): string[] =>
  globSync(files, { cwd: project }).flatMap(file =>
    read(file)
      .split('\n')
      .filter(line => pattern.test(line))
      .map(line => `${file}: ${line.trim()}`),
  )

t.test('S-54 no program turns off the check of certificates', async t => {
  const switches =
    /rejectUnauthorized|NODE_TLS_REJECT|checkServerIdentity|ignoreTLS|insecureHTTPParser|no-verify|--insecure/
  t.ok(linesWith(/^import/, 'src/**/*.ts').length > 1000)
  t.strictSame(linesWith(switches, '{src,deploy}/**/*.*'), [])
  t.strictSame(linesWith(switches, 'docker-compose.yml'), [])
})

t.test('S-01 scripts store nothing but the shortcut setting', async t => {
  const stores = linesWith(
    /localStorage|sessionStorage|indexedDB|document\.cookie|caches\./,
    'views/assets/*.js',
  )
  t.equal(stores.length, 2)
  for (const store of stores)
    t.match(store, /^views\/assets\/console\.js: .*localStorage\.\wetItem\('console keys'/)
})

t.test('types are strict, and comparing without types is a lint error', async t => {
  t.match(read('tsconfig.json'), /"strict": true/)
  t.match(read('biome.json'), /"preset": "recommended"/)
  t.notMatch(read('biome.json'), /noDoubleEquals|"suspicious": "off"/)
  t.strictSame(
    linesWith(/[\w)\]] [!=]= (?!null)[\w([]/, 'src/**/*.ts').filter(line => !/sql|`/.test(line)),
    [],
  )
})
