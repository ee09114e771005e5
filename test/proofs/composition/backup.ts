import { chown, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import type { Composition } from './compose.ts'

const countRowsSql = `select format('%s %s', relname, (xpath('/row/c/text()',
  query_to_xml(format('select count(*) as c from %I', relname), false, true, '')))[1])
  from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1`

/** Backs up and restores as docs/backup.md describes, into a second database on the same server. */
export async function proveBackup(t: Test, compose: Composition): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), '1smart-backups-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  await chown(folder, 1000, 1000)
  process.env['BACKUPS'] = folder
  t.teardown(() => delete process.env['BACKUPS'])
  const onServer = (...args: readonly string[]) => compose('exec', '--no-TTY', 'postgres', ...args)
  const countRows = (database: string) =>
    onServer('psql', '--username=ads', `--dbname=${database}`, '--tuples-only', `--command=${countRowsSql}`)

  // Pauses all writers, so that the backup has exactly the counted rows.
  await compose('pause', 'worker', 'web-1', 'web-2')
  const expectedCounts = await compose('run', '--rm', 'backup')
    .then(() => countRows('ads'))
    .finally(() => compose('unpause', 'worker', 'web-1', 'web-2'))
  const [dump = '', ...otherFiles] = (await readdir(folder)).toSorted()
  t.match(dump, /^\d{4}-\d\d-\d\dT\d{6}Z\.dump$/)
  t.strictSame(otherFiles, [`${dump}.sha256`])
  t.equal((await stat(join(folder, dump))).uid, 1000)

  await onServer('createdb', '--username=ads', 'restored')
  await compose('run', '--rm', 'backup', 'deploy/restore.sh', `backups/${dump}`, 'restored')
  const restored = await countRows('restored')
  t.match(restored, /\n connection 1\n/)
  t.match(restored, /\n campaign_fact [1-9]\d*\n/)
  t.equal(restored, expectedCounts)
  await t.rejects(
    compose('run', '--rm', 'backup', 'deploy/restore.sh', `backups/${dump}`),
    /The database is not empty\. Nothing was restored/,
  )
}
