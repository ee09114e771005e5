import { readFileSync } from 'node:fs'
import { cpus, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import type { Pool } from 'pg'

const packages = ['pg', 'pg-copy-streams', '@mikro-orm/postgresql', 'stream-json', 'agenda']

export async function describeMachine(database: Pool): Promise<string> {
  const { rows } = await database.query<{ server_version: string }>('show server_version')
  const [cpu] = cpus()
  const versions = packages.map(name => `${name} ${versionOf(name)}`)
  return [
    `${cpu?.model ?? 'an unknown processor'}, ${cpus().length} processors, ${Math.round(totalmem() / 1e9)} GB, ${type()} ${release()}`,
    `Node ${process.versions.node}, PostgreSQL ${rows[0]?.server_version}, ${versions.join(', ')}`,
  ].join('\n')
}

function versionOf(name: string): string {
  const file = join(import.meta.dirname, '../node_modules', name, 'package.json')
  return JSON.parse(readFileSync(file, 'utf8')).version
}
