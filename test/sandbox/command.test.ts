import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import t from 'tap'
import { waitForExit } from '../support/product/child-process.ts'

const command = new URL('../../sandbox/main.ts', import.meta.url)

interface Ready {
  type: string
  url: string
  settings: Record<string, string>
}

async function startCommand(): Promise<{ child: ChildProcess; ready: Ready }> {
  const env = { ...process.env, SANDBOX_PORT: '0', SANDBOX_GENERATION_SECONDS: '0-1' }
  const child = fork(command, { env, execArgv: [], stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  const [ready] = (await once(child, 'message', { signal: AbortSignal.timeout(60_000) })) as [Ready]
  return { child, ready }
}

t.test('the command prints its address and passes its settings to the parent process', async t => {
  const { child, ready } = await startCommand()
  t.teardown(() => child.kill('SIGKILL'))

  t.equal(ready.type, 'ready')
  t.equal(ready.settings['AMAZON_ADS_URL_EU'], `${ready.url}/eu/ads`)
  t.match(await (await fetch(`${ready.url}/sandbox/switches`)).json(), {
    generationSeconds: { min: 0, max: 1 },
  })
})

t.test('the command ends when its parent process has ended', async t => {
  const { child } = await startCommand()
  child.disconnect()

  t.equal(await waitForExit(child), 0)
})

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  t.test(`${signal} ends the command cleanly`, async t => {
    const { child } = await startCommand()
    child.kill(signal)

    t.equal(await waitForExit(child), 0)
  })
}
