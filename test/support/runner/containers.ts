import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

export const runLabel = '1smart-test-run'

/** Does nothing without a container engine. */
export async function removeContainersOf(testRun: string): Promise<void> {
  const filter = `label=${runLabel}=${testRun}`
  const found = await run('docker', ['ps', '--all', '--quiet', '--filter', filter]).catch(() => null)
  const ids = found?.stdout.split('\n').filter(Boolean) ?? []
  if (ids.length > 0) await run('docker', ['rm', '--force', '--volumes', ...ids]).catch(() => undefined)
}
