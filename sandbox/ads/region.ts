import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { reportRoutes } from '../reporting/report-routes.ts'
import { reportV1Routes } from '../reporting/v1/routes.ts'
import { reportV2Routes } from '../reporting/v2/routes.ts'
import { sendJson } from '../responses.ts'
import type { Region } from '../users/marketplaces.ts'
import type { World } from '../world.ts'
import { accountRoutes } from './accounts.ts'
import { advertiserAccountRoutes } from './advertiser-accounts.ts'
import { campaignRoutes } from './campaigns.ts'
import { profileRoutes } from './profiles.ts'

export function adsRegion(app: FastifyInstance, world: World, region: Region): void {
  app.addHook('onRequest', async (_request, reply) => {
    const { regionsDown, regionsSlow } = world.switchboard.current
    const seconds = regionsSlow[region] ?? 0
    if (seconds > 0) await wait(seconds * 1000, undefined, { ref: false })
    if (regionsDown.includes(region)) return sendJson(reply, 503, { message: 'Service Unavailable' })
    return undefined
  })

  app.setNotFoundHandler((request, reply) => {
    const details = `Could not find resource for full path: ${world.origin()}${request.url}`
    return sendJson(reply, 404, { code: 'NOT_FOUND', details }, 'application/json; charset=utf-8')
  })

  profileRoutes(app, world, region)
  // For a separate error handler with its own error shape.
  app.register(async accounts => accountRoutes(accounts, world, region))
  advertiserAccountRoutes(app, world)
  campaignRoutes(app, world, region)
  reportRoutes(app, world, region)
  reportV1Routes(app, world, region)
  reportV2Routes(app, world, region)
}
