import formbody from '@fastify/formbody'
import type { FastifyBaseLogger } from 'fastify'
import fastify from 'fastify'
import { adsRegion } from './ads/region.ts'
import { CallCounter } from './control/calls.ts'
import { type Controls, controlsOf } from './control/controls.ts'
import { controlRoutes } from './control/routes.ts'
import { Switchboard } from './control/switchboard.ts'
import type { GenerationSeconds } from './control/switches.ts'
import { addFaults } from './faults/faulty.ts'
import { skewNow } from './faults/skewed-clock.ts'
import { authoriseRoutes } from './login/authorise.ts'
import { tokenRoutes } from './login/token.ts'
import { userProfileRoutes } from './login/user-profile.ts'
import { Memory } from './memory.ts'
import { downloadRoutes } from './reporting/download.ts'
import { ReportFiles } from './reporting/report-files.ts'
import { addRequestIds } from './responses.ts'
import { settingsFor } from './settings.ts'
import { Signer } from './signer.ts'
import type { Activity } from './users/account.ts'
import { regions } from './users/marketplaces.ts'
import type { World } from './world.ts'

export interface SandboxOptions {
  /** 0, the default, picks a free port. */
  readonly port?: number
  readonly host?: string
  /** If behind a proxy. */
  readonly origin?: string
  /** Keeps codes, revocations and reports across restarts; without it they are in memory only. */
  readonly stateFile?: string
  /** Determines the figures and the signing key. */
  readonly seed?: string
  /** Activity of accounts that name none; less is faster. */
  readonly usual?: Activity
  readonly generationSeconds?: GenerationSeconds
  readonly now?: () => number
  readonly logger?: FastifyBaseLogger
}

export interface Sandbox {
  readonly url: string
  readonly settings: Readonly<Record<string, string>>
  readonly controls: Controls
  close(): Promise<void>
}

const clientId = 'amzn1.application-oa2-client.local-sandbox'
const clientSecret = 'the-local-sandbox-has-no-secrets'

export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const host = options.host ?? '127.0.0.1'
  const clock = options.now ?? Date.now
  const seed = options.seed ?? 'amazon'
  const switchboard = new Switchboard(options.generationSeconds ?? { min: 4, max: 9 }, seed)
  const now = () => clock() + switchboard.current.clockOffsetSeconds * 1000
  let url = ''
  const source = { seed, usual: options.usual ?? 'usual' } as const
  const world: World = {
    source,
    clientId,
    clientSecret,
    signer: new Signer(seed),
    memory: new Memory(options.stateFile),
    switchboard,
    calls: new CallCounter(),
    files: new ReportFiles(source, options.stateFile && `${options.stateFile}.files`),
    now,
    clock: () => now() + skewNow(),
    origin: () => url,
  }
  const controls = controlsOf(world)
  const app = serverOf(world, controls, options.logger)
  await forgetOldReports(world)
  const listening = await app.listen({ port: options.port ?? 0, host })
  url = options.origin ?? listening
  const close = async () => {
    await app.close()
    await world.files.close()
  }
  return { url, settings: settingsFor(url, world), controls, close }
}

/** Amazon doesn't document how long it keeps reports; the sandbox keeps them for a week. */
async function forgetOldReports(world: World): Promise<void> {
  for (const report of world.memory.reports.values()) {
    if (report.createdAt > world.now() - 7 * 86_400_000) continue
    world.memory.record({ event: 'report deleted', reportId: report.reportId })
    await world.files.remove(report)
  }
}

function serverOf(world: World, controls: Controls, logger: FastifyBaseLogger | undefined) {
  const app = fastify({
    ...(logger ? { loggerInstance: logger } : {}),
    forceCloseConnections: true,
  })
  app.register(formbody)
  app.addHook('onRequest', async (_request, reply) => addRequestIds(reply))
  addFaults(app, world)
  // Uses the responding server's clock, including its skew (RFC 9110 §6.6.1).
  app.addHook('onSend', async (_request, reply) => {
    reply.header('date', new Date(world.clock()).toUTCString())
  })
  for (const region of regions) {
    const prefix = `/${region.toLowerCase()}`
    app.register(
      async login => {
        authoriseRoutes(login, world)
        tokenRoutes(login, world)
        userProfileRoutes(login, world)
      },
      { prefix },
    )
    app.register(async ads => adsRegion(ads, world, region), { prefix: `${prefix}/ads` })
  }
  app.register(async rest => {
    downloadRoutes(rest, world)
    controlRoutes(rest, controls)
  })
  return app
}
