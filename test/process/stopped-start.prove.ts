import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { waitForExit } from '../support/product/child-process.ts'
import { type DataFolder, makeDataFolder } from '../support/product/data-folder.ts'
import { startRunningProduct } from '../support/product/running-product.ts'
import { startCommand } from '../support/product/start-command.ts'
import { reservePort } from '../support/servers/ports.ts'

/**
 * Notifies the test once the program handles SIGTERM; before that, a signal ends it at once. The sandbox must not inherit
 * this: the product would take its message for the sandbox's settings.
 */
const notifyOnSignalHandler = `process.execArgv.splice(process.execArgv.indexOf('--import'), 2)
process.on('newListener', name => {
  if (name === 'SIGTERM') process.send('handles SIGTERM')
})`

/**
 * Sends a signal this many milliseconds after the program handles signals; with `group` to the process group, as Ctrl-C
 * does.
 */
async function stopAfter(
  { path }: DataFolder,
  milliseconds: number,
  { signal, group = false }: { signal: NodeJS.Signals; group?: boolean },
) {
  const preload = `data:text/javascript,${encodeURIComponent(notifyOnSignalHandler)}`
  const child = spawn(process.execPath, ['--import', preload, ...startCommand], {
    cwd: join(import.meta.dirname, '../..'),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      ...process.env,
      NODE_ENV: '',
      NODE_OPTIONS: '',
      PORT: String(await reservePort()),
      DATA_DIRECTORY: path,
      DEMO_SELLERS: '0',
    },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  await once(child, 'message', { signal: AbortSignal.timeout(60_000) })
  child.disconnect()
  await sleep(milliseconds)
  if (child.pid) process.kill(group ? -child.pid : child.pid, signal)
  const code = await waitForExit(child, { readOutput: () => output })
  // A signal after the start leaves only the start-up message.
  return { code, output: output.replace(/^\n1smart\.link is running.*Press Ctrl-C to stop\.\n$/s, '') }
}

/** @returns the command lines of processes still running for this folder. */
async function remainingProcesses({ path }: DataFolder): Promise<string[]> {
  // Other systems have no /proc; there, only the folder is checked.
  if (process.platform !== 'linux') return []
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name))
  const commandLines = await Promise.all(
    pids.map(pid => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  )
  return commandLines.filter(text => text.includes(path)).map(text => text.replaceAll('\0', ' '))
}

async function assertClean(t: Test, folder: DataFolder): Promise<void> {
  t.strictSame(await remainingProcesses(folder), [])
  const folders = [folder.path, join(folder.path, 'postgres')]
  const remainingFiles = await Promise.all(folders.map(path => readdir(path).catch(() => [])))
  t.strictSame(
    remainingFiles.flat().filter(name => /owner|making|\.key\./.test(name)),
    [],
  )
}

async function assertStarts(t: Test, folder: DataFolder): Promise<void> {
  const product = await startRunningProduct({ dataDirectory: folder.path })
  t.equal(await product.stop(), 0)
}

for (const milliseconds of [0, 500, 1200, 2200]) {
  t.test(`SIGTERM ${milliseconds} ms into the first start stops it cleanly`, async t => {
    const folder = await makeDataFolder()
    t.teardown(() => folder.discard())

    t.strictSame(await stopAfter(folder, milliseconds, { signal: 'SIGTERM' }), { code: 0, output: '' })

    await assertClean(t, folder)
    await assertStarts(t, folder)
  })
}

t.test('SIGTERM at any time during a later start stops it cleanly', async t => {
  const folder = await makeDataFolder()
  t.teardown(() => folder.discard())
  await assertStarts(t, folder)

  for (const milliseconds of [0, 400, 700, 1000, 1400, 1900]) {
    t.strictSame(
      await stopAfter(folder, milliseconds, { signal: 'SIGTERM' }),
      { code: 0, output: '' },
      `after ${milliseconds} ms`,
    )
    await assertClean(t, folder)
  }
  await assertStarts(t, folder)
})

t.test('Ctrl-C during the start stops it and its child programs cleanly', async t => {
  for (const milliseconds of [700, 1200, 1700]) {
    const folder = await makeDataFolder()
    t.teardown(() => folder.discard())

    t.strictSame(
      await stopAfter(folder, milliseconds, { signal: 'SIGINT', group: true }),
      { code: 0, output: '' },
      `after ${milliseconds} ms`,
    )

    await assertClean(t, folder)
  }
})
