import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pLimit from 'p-limit'
import { packages } from './document.ts'

/** `npm run dependencies:activity`: asks the registry for the latest release of each direct package. */
const run = promisify(execFile)

async function latestReleaseOf(name: string) {
  const { stdout } = await run('npm', ['view', name, 'dist-tags.latest', 'time', '--json'])
  const { 'dist-tags.latest': version, time } = JSON.parse(stdout)
  return { version, date: time[version].slice(0, 10) }
}

const limit = pLimit(4)
const names = packages().map(({ name }) => name)
const releases = await Promise.all(names.map(name => limit(latestReleaseOf, name)))
const activity = {
  checkedOn: new Date().toISOString().slice(0, 10),
  latestReleases: Object.fromEntries(names.map((name, at) => [name, releases[at]])),
}
writeFileSync(join(import.meta.dirname, 'activity.json'), `${JSON.stringify(activity, null, 2)}\n`)
