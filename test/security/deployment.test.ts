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
    ['/app/node_modules', 'package.json', 'src', 'views'],
  )
  const [first, ...allowed] = read('.dockerignore')
    .trim()
    .split('\n')
    .filter(line => !line.startsWith('#'))
  t.equal(first, '*', 'the build sees nothing that is not listed')
  t.strictSame(allowed, ['!package.json', '!package-lock.json', '!.npmrc', '!src', '!views', '!sandbox'])
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

t.test('S-54 only the proxy publishes ports, and monitoring is hidden behind it', async t => {
  const compose = read('docker-compose.yml')
  const services = compose.slice(compose.indexOf('\nservices:'), compose.indexOf('\nnetworks:\n'))
  const publishing = services.split(/\n {2}(?=[\w-]+:)/).filter(service => /\n {4}ports:/.test(service))
  t.strictSame(
    publishing.map(service => service.split(':', 1)[0]),
    ['proxy'],
  )
  t.match(compose, /\n {2}data:\n {4}internal: true\n/)
  t.match(proxyFiles, /@operations path \/metrics \/readyz \/readyz\/\*\nrespond @operations 404/)
})
