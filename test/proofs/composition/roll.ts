import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { request } from 'node:https'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Test } from 'tap'
import { type Composition, docker } from './compose.ts'

const run = promisify(execFile)
const script = join(import.meta.dirname, '../../../deploy/roll.sh')

/** Runs deploy/roll.sh with a version that doesn't start and with one that does, while a client sends requests. */
export async function proveRoll(t: Test, compose: Composition): Promise<void> {
  const roll = (level: string) =>
    run(script, compose.options, { env: { ...process.env, LOG_LEVEL: level, ROLL_PATIENCE: '90' } })
  const idsOf = async (...services: string[]) =>
    (await compose('ps', '--all', '--quiet', ...services)).trim().split('\n').toSorted()
  const containerIds = async () => ({ worker: await idsOf('worker'), web: await idsOf('web-1', 'web-2') })
  const before = await containerIds()
  const client = sendContinuously()

  const failed = await roll('no-such-level').then(
    () => null,
    error => error as { stderr: string },
  )
  t.match(
    failed?.stderr,
    /The new worker did not become healthy and was removed\. The old workers keep running\.\n$/,
  )
  t.match(failed?.stderr, /LOG_LEVEL/, 'the reason is shown')
  t.strictSame(await idsOf('worker'), before.worker)

  const { stdout } = await roll('warn')
  t.match(stdout, /All workers and web processes were replaced\.\n$/)
  await sleep(2000)
  const { answered, errors } = await client.end()
  t.comment(`${answered} requests answered during the roll`)
  t.ok(answered > 400)
  t.strictSame(errors, [])
  for (const service of ['worker', 'web'] as const) {
    const after = (await containerIds())[service]
    t.equal(after.length, 2, `there are two ${service} containers`)
    for (const id of after) {
      t.notOk(before[service].includes(id), `the ${service} container is new`)
      t.match(await docker('inspect', '--format', '{{.Config.Env}}', id), /LOG_LEVEL=warn/)
      t.equal((await docker('inspect', '--format', '{{.State.Health.Status}}', id)).trim(), 'healthy')
    }
  }
}

/**
 * Sends 20 requests a second through the proxy, each on a new connection, without waiting for the previous one. Half
 * are form posts, which no proxy resends; the product rejects the empty form.
 */
function sendContinuously() {
  const errors: string[] = []
  const requests: Promise<void>[] = []
  let answered = 0
  const sendOnce = async () => {
    const at = new Date().toISOString()
    const [method, path, expectedStatus] =
      requests.length % 2 === 0 ? ['GET', '/healthz', 200] : ['POST', '/password/forgot', 400]
    try {
      const sent = request(`https://localhost${path}`, {
        method,
        agent: false,
        rejectUnauthorized: false,
        timeout: 15_000,
      })
      sent.on('timeout', () => sent.destroy(new Error('no answer in 15 s'))).end()
      const [response] = await once(sent, 'response')
      response.resume()
      await once(response, 'end')
      if (response.statusCode === expectedStatus) answered += 1
      else errors.push(`${at}: ${method} ${response.statusCode}`)
    } catch (error) {
      errors.push(`${at}: ${error}`)
    }
  }
  const timer = setInterval(() => requests.push(sendOnce()), 50)
  return {
    async end() {
      clearInterval(timer)
      await Promise.all(requests)
      return { answered, errors }
    },
  }
}
