import { spawn } from 'node:child_process'
import { chmod, cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { generateKey } from '../../../src/settings/settings.ts'
import { waitForExit } from '../product/child-process.ts'
import { assertNoSecret, leaksIn, secretsIn } from './output-scan.ts'

// Joined here, so that this file contains no secret itself.
const token = ['Atzr', 'IwEBIJ0'].join('|')
const code = ['AN', 'ABCDEFGHI', '012345678'].join('')
const key = generateKey().reveal()
const clientSecret = ['amzn1', 'oa2-cs', 'v1', '0123456789abcdef0123'].join('.')

t.test('S-12 the output scan recognises secrets in any encoding', async t => {
  for (const text of [token, encodeURIComponent(token), JSON.stringify({ token }), `x${token}`])
    t.strictSame(secretsIn(text), ['an Amazon token'])
  for (const text of [code, `/callback?code=${code}&scope=x`, '/callback?scope=x&code=abcdefghijkl'])
    t.strictSame(secretsIn(text), ['an authorisation code'])
  t.strictSame(secretsIn(`secret=${clientSecret}`), ['a client secret'])
  for (const text of [key, `TOKEN_KEYS: ${key},`, JSON.stringify([key])])
    t.strictSame(secretsIn(text), ['a session key or token key'])
  const innocent = [
    'ANALYTICS',
    'code=',
    '?error_code=x',
    'sha512-'.concat('A'.repeat(86), '=='),
    'Atlanta | x',
  ]
  for (const text of innocent) t.strictSame(secretsIn(text), [])
  t.throws(() => assertNoSecret(`a ${token}`, 'the log'), { message: 'an Amazon token is in the log' })
})

t.test('S-12 the output scan names each file with a secret without repeating the secret', async t => {
  const folder = t.testdir({
    'run.tap': `ok 1\n# ${token}\n# ${token} ${code}\n`,
    'run.err': 'nothing\n',
    'test-results': { test: { 'keys.test.ts.tap': `not ok\n  found: ${key}\n` } },
  })

  t.strictSame((await leaksIn(folder)).sort(), [
    'a session key or token key is in test-results/test/keys.test.ts.tap',
    'an Amazon token is in run.tap',
    'an authorisation code is in run.tap',
  ])
})

t.test('S-12 a test run that prints a secret fails even if its tests pass', { timeout: 120_000 }, async t => {
  const project = join(import.meta.dirname, '../../..')
  const copy = await mkdtemp(join(tmpdir(), '1smart-test-leak-'))
  t.teardown(() => rm(copy, { recursive: true, force: true }))
  await chmod(copy, 0o755)
  for (const part of ['src', 'test/support', 'package.json'])
    await cp(join(project, part), join(copy, part), { recursive: true })
  await symlink(join(project, 'node_modules'), join(copy, 'node_modules'))
  await mkdir(join(copy, 'test/planted'))
  const plant = async (name: string, statement: string) => {
    const file = `test/planted/${name}.test.ts`
    const split = "const token = ['Atzr', 'IwEBIJ0'].join('|')"
    await writeFile(
      join(copy, file),
      `import t from 'tap'\n${split}\n${statement}\nt.pass(token.slice(0, 4))\n`,
    )
    return file
  }
  const out = await plant('out', "process.stdout.write('# ' + token)")
  const err = await plant('err', 'process.stderr.write(token)')
  const run = async (...files: string[]) => {
    const runnerSettings = /^(_?TAP|TEST_|PROVE|CI$|NODE_OPTIONS$)/
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !runnerSettings.test(name)))
    const stdio = ['ignore', 'pipe', 'ignore'] as const
    const child = spawn(process.execPath, ['test/support/runner/run.ts', ...files], {
      cwd: copy,
      env,
      stdio: [...stdio],
    })
    let printed = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
    const exit = await waitForExit(child, { seconds: 240, readOutput: () => printed })
    return { exit, printed }
  }

  const leaking = await run(out, err)
  t.equal(leaking.exit, 1)
  // Files of one folder share a process; its output is stored under the first file's name.
  for (const stream of ['tap', 'err'])
    t.match(leaking.printed, `an Amazon token is in test_planted_err.test.ts.${stream}`)
  t.notMatch(leaking.printed, token)
})
