import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { doesNotMatch } from '../support/does-not-match.ts'

const project = join(import.meta.dirname, '../..')
const read = (file: string): string => readFileSync(join(project, file), 'utf8')
const proxyFiles = ['Caddyfile', 'common.caddy', 'site.caddy']
  .map(name => read(`deploy/proxy/${name}`))
  .join('\n')

t.test('S-54 the image runs the program of npm start, without root, repository or tests', async t => {
  const dockerfile = read('deploy/Dockerfile')
  const stage = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '))
  const [, command = '[]'] = /^CMD (.+)$/m.exec(stage) ?? []
  t.equal(JSON.parse(command).join(' '), JSON.parse(read('package.json')).scripts.start)
  t.ok(existsSync(join(project, JSON.parse(command).at(-1))))
  t.match(stage, /^USER node$/m)
  t.match(stage, /^ENV NODE_ENV=production /m)
  t.strictSame(
    [...stage.matchAll(/^COPY (?:--from=\w+ )?(\S+)/gm)].map(([, source]) => source),
    ['/app/node_modules', '/app/sbom.json', 'package.json', 'src', 'views'],
  )
  const [first, ...allowed] = read('.dockerignore')
    .trim()
    .split('\n')
    .filter(line => !line.startsWith('#'))
  t.equal(first, '*', 'the build sees nothing that is not listed')
  t.strictSame(allowed, [
    '!package.json',
    '!package-lock.json',
    '!.npmrc',
    '!src',
    '!views',
    '!sandbox',
    '!deploy/sbom.ts',
  ])
})

t.test('S-54 the image has production packages only, and lists them in sbom.json', async t => {
  const [, packages = '', ...images] = read('deploy/Dockerfile').split('\nFROM ')
  t.match(packages, /&& npm ci --omit=dev --ignore-scripts \\\n/)
  t.match(packages, /&& node sbom\.ts >sbom\.json\n/, 'written after everything is installed and removed')
  t.equal(images.length, 2)
  for (const image of images) {
    t.match(image, '\nCOPY --from=packages /app/node_modules node_modules/\n')
    t.match(image, '\nCOPY --from=packages /app/sbom.json ./\n')
    doesNotMatch(t, image, /^RUN /m)
  }
})

t.test('S-54 each base image has an exact version and a hash', async t => {
  const images = ['docker-compose.yml', 'deploy/Dockerfile', 'deploy/proxy/Dockerfile'].flatMap(file =>
    [...read(file).matchAll(/\b[A-Z]+_IMAGE(?::-|=)(\S+?)\}?$/gm)].map(([, image = '']) => image),
  )
  const built = ['1smart-ads', '1smart-ads-proxy', '1smart-ads-sandbox']
  const bases = images.filter(image => !built.includes(image))
  t.ok(bases.length >= 7)
  for (const base of bases) t.match(base, /^[\w/]+:v?\d+\.\d+[\w.-]*@sha256:[\da-f]{64}$/)
  t.equal(new Set(bases).size, 5, 'each image has one version')
})

t.test('S-54 each service runs without root and capabilities, on a read-only file system', async t => {
  const compose = read('docker-compose.yml')
  const hardened = /\nx-hardened: &hardened\n(?: {2}.+\n)+/.exec(compose)?.[0]
  t.match(hardened, '\n  read_only: true\n')
  t.match(hardened, '\n  cap_drop: [ALL]\n')
  t.match(hardened, '\n  security_opt: ["no-new-privileges:true"]\n')
  for (const shared of ['product', 'postgres'])
    t.match(compose, `\nx-${shared}: &${shared}\n  <<: *hardened\n`)
  doesNotMatch(t, compose, /read_only: false|privileged: true|user: ("?0|root)/)

  const services = compose.slice(compose.indexOf('\nservices:\n') + 11, compose.indexOf('\nnetworks:\n'))
  const byName = services
    .split(/\n {2}(?=[\w-]+:)/)
    .map(service => service.trim())
    .filter(service => /^[\w-]+:/.test(service))
  t.equal(byName.length, 10)
  for (const service of byName) {
    t.match(service, /<<: \*(hardened|product|postgres)\n|^web-2: \*web\b/)
    // Our images name their user.
    if (!/<<: \*product\n|^web-2:|^proxy:/.test(service)) t.match(service, /\n {4}user: ["a-z]/)
  }
  for (const file of ['deploy/Dockerfile', 'deploy/proxy/Dockerfile']) {
    const users = [...read(file).matchAll(/^USER (\S+)$/gm)].map(([, user]) => user)
    t.ok(users.length > 0 && users.every(user => user === 'node' || user === '1000:1000'), file)
  }
})

t.test(
  'S-54 the proxy keeps Caddy’s TLS: version 1.2 or later, HTTPS only, a public certificate',
  async t => {
    doesNotMatch(
      t,
      proxyFiles,
      /\b(protocols|ciphers|curves|auto_https|insecure_\w+|tls_insecure_skip_verify)\b/,
    )
    doesNotMatch(t, proxyFiles, /^\s*tls\b/m, 'no certificate in the configuration')
    doesNotMatch(t, proxyFiles, /http:\/\//, 'no site without TLS')
    t.match(proxyFiles, /^\{\$PUBLIC_HOST:localhost\} \{$/m)
  },
)

const compose = read('docker-compose.yml')
const servicesWith = (pattern: RegExp) =>
  compose
    .slice(compose.indexOf('\nservices:'), compose.indexOf('\nnetworks:\n'))
    .split(/\n {2}(?=[\w-]+:)/)
    .filter(service => pattern.test(service))
    .map(service => service.split(':', 1)[0])

t.test('S-43 only migrations and backups have the database’s owner', async t => {
  t.strictSame(servicesWith(/migration_database_url/), ['migrate', 'backup'])
  doesNotMatch(t, compose.slice(0, compose.indexOf('\nservices:')), /migration_database_url/)
})

t.test('S-54 only the proxy publishes ports, and monitoring is hidden behind it', async t => {
  t.strictSame(servicesWith(/\n {4}ports:/), ['proxy'])
  t.match(compose, /\n {2}data:\n {4}internal: true\n/)
  t.match(proxyFiles, /@operations path \/metrics \/readyz \/readyz\/\*\nrespond @operations 404/)
})
