/** S-54: the operator's scripts, with stubs for the programs that they call. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'

const deploy = join(import.meta.dirname, '../deploy')

interface ProgramResult {
  readonly code: number
  readonly out: string
  readonly err: string
}

const run = (program: string, args: readonly string[], env: Readonly<Record<string, string>>) =>
  new Promise<ProgramResult>(resolve => {
    execFile(program, [...args], { env }, (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err })
    })
  })

/** Creates a folder for `PATH` with the named programs of this machine and the stubs. */
async function newProgramFolder(t: Test, programs: string, stubs: Readonly<Record<string, string>> = {}) {
  const folder = t.testdir({})
  for (const name of programs.split(' ')) {
    const { out } = await run('/bin/sh', ['-c', `command -v ${name}`], { PATH: process.env['PATH'] ?? '' })
    writeFileSync(join(folder, name), `#!/bin/sh\nexec ${out.trim()} "$@"\n`)
  }
  for (const [name, text] of Object.entries(stubs)) writeFileSync(join(folder, name), text)
  for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o755)
  return folder
}

const makeSecretsPrograms = 'sh dirname mkdir cat chmod mv mktemp rm'

/** Copies the script, because it writes next to itself. @returns the folder of the copy. */
function copyMakeSecrets(t: Test): string {
  const folder = join(t.testdirName, 'copy')
  mkdirSync(folder)
  cpSync(join(deploy, 'make-secrets.sh'), join(folder, 'make-secrets.sh'))
  return folder
}

t.test('S-54 without openssl no secret is created, and the script reports it', async t => {
  const PATH = await newProgramFolder(t, makeSecretsPrograms)
  const folder = copyMakeSecrets(t)

  const { code, out, err } = await run('/bin/sh', [join(folder, 'make-secrets.sh')], { PATH })
  t.not(code, 0)
  t.equal(out, '')
  t.match(err, /^openssl is missing[^\n]*\.\n$/)
  t.notOk(existsSync(join(folder, 'secrets')))
})

t.test('S-54 an empty key is not stored, and a stored empty key is created again', async t => {
  const PATH = await newProgramFolder(t, makeSecretsPrograms, { openssl: '#!/bin/sh\nexit 0\n' })
  const folder = copyMakeSecrets(t)
  const args = [join(folder, 'make-secrets.sh')]

  const failed = await run('/bin/sh', args, { PATH })
  t.equal(failed.code, 1)
  t.match(failed.err, /^\S+postgres_password was not created: it would be empty\.\n$/)
  t.strictSame(readdirSync(join(folder, 'secrets')), [])

  writeFileSync(join(folder, 'secrets/token_keys'), '')
  writeFileSync(join(folder, 'secrets/session_keys'), 'mine\n')
  writeFileSync(join(PATH, 'openssl'), '#!/bin/sh\necho "of $*"\n')
  t.match(await run('/bin/sh', args, { PATH }), { code: 0, err: '' })
  const secret = (name: string) => readFileSync(join(folder, 'secrets', name), 'utf8')
  t.equal(secret('token_keys'), 'of rand -base64 32\n')
  t.equal(secret('session_keys'), 'mine\n', 'an existing secret is unchanged')
  t.equal(secret('migration_database_url'), 'postgres://ads:of rand -hex 24@postgres:5432/ads\n')
  t.equal(secret('database_url'), 'postgres://ads_runtime:of rand -hex 24@postgres:5432/ads\n')
  t.equal(secret('smtp_url'), '', 'an optional secret may be empty')
})

/** Stubs that print their arguments and the password. */
const postgresStubs = {
  pg_dump: `#!/bin/sh\nfor word in "$@"; do echo "pg_dump $word"; case $word in --file=*) echo dump >"$(expr "$word" : '--file=\\(.*\\)')";; esac; done\necho "password $PGPASSWORD"\n`,
  pg_restore: '#!/bin/sh\nfor word in "$@"; do echo "pg_restore $word"; done\n',
  psql: '#!/bin/sh\ncase "$*" in *count*) echo 0;; *) for word in "$@"; do echo "psql $word"; done;; esac\n',
}

async function newScriptRunner(t: Test) {
  const PATH = await newProgramFolder(t, 'bash expr dirname basename rm mv sha256sum du cut', postgresStubs)
  return (name: string, args: readonly string[], DATABASE_URL: string) =>
    run('/bin/bash', [join(deploy, name), ...args], { PATH, DATABASE_URL })
}

t.test('S-54 no database password appears on a command line, in any form of the address', async t => {
  const runScript = await newScriptRunner(t)
  const passedAddresses = {
    'postgres://ads:hunter22@db:5432/ads': 'postgres://ads@db:5432/ads',
    'postgres://ads:hunter%32%32@db/ads?sslmode=require': 'postgres://ads@db/ads?sslmode=require',
    'postgres://db/ads?user=ads&password=hunter22&sslmode=require':
      'postgres://db/ads?user=ads&sslmode=require',
    'postgres://ads@db/ads?password=hunter22': 'postgres://ads@db/ads',
  }
  for (const [index, [url, address]] of Object.entries(passedAddresses).entries()) {
    const { code, out } = await runScript('backup.sh', [join(t.testdirName, `${index}.dump`)], url)
    t.equal(code, 0, address)
    t.match(out, `\npg_dump --dbname=${address}\n`)
    t.match(out, '\npassword hunter22\n')
  }
  for (const url of [
    'postgres://ads:hunter22/x@db/ads',
    'postgres://ads:x?hunter22@db/ads',
    'postgres://db/ads?sslpassword=hunter22',
    'postgres://db/ads?pass%77ord=hunter22',
    'host=db password=hunter22',
  ]) {
    const { code, out, err } = await runScript('backup.sh', [join(t.testdirName, 'refused.dump')], url)
    t.equal(code, 2, url)
    t.equal(out, '')
    t.match(err, /^DATABASE_URL has an unsupported form[^\n]*\.\n$/)
    t.notMatch(err, /hunter22/)
  }
})

t.test('S-54 restoring checks the given file against its checksum, even when renamed', async t => {
  const runScript = await newScriptRunner(t)
  const url = 'postgres://ads:hunter22@db/ads'
  const [good, bad] = [join(t.testdirName, 'good.dump'), join(t.testdirName, 'bad.dump')]
  await runScript('backup.sh', [good], url)
  writeFileSync(bad, 'something else\n')
  // The checksum names the good file, which is next to it.
  cpSync(`${good}.sha256`, `${bad}.sha256`)
  t.match(await runScript('restore.sh', [bad], url), { code: 1, err: /^Checksum mismatch/ })

  const renamed = join(t.testdirName, 'renamed.dump')
  cpSync(good, renamed)
  const checksum = createHash('sha256').update(readFileSync(good)).digest('hex')
  writeFileSync(`${renamed}.sha256`, `${checksum}  tonight.dump\n`)
  const { code, out } = await runScript('restore.sh', [renamed, 'another'], url)
  t.equal(code, 0)
  t.match(out, '\npg_restore --dbname=postgres://ads@db/another\n', 'the named database is restored')
  t.match(await runScript('restore.sh', [renamed, 'an/other'], url), { code: 2 })
})
