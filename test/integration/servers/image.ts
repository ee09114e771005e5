import { type ContainerRuntimeClient, getContainerRuntimeClient, ImageName } from 'testcontainers'
import { runLabel } from '../../support/containers.ts'
import { standInImage } from '../images/stand-ins.ts'

export type Found =
  | { readonly image: string; readonly isStandIn: boolean }
  | { readonly image: null; readonly why: string }

/** As in docker-compose.yml. */
export const officialImages = { postgres: 'postgres:18', mongo: 'mongo:8' } as const

/**
 * Finds the image named by `POSTGRES_IMAGE` or `MONGO_IMAGE`, else the official one, else the stand-in of `npm run
 * images`.
 * @returns the reason when there is no engine or image.
 * @throws {Error} when a named image can't be run.
 */
export async function findImage(which: keyof typeof officialImages): Promise<Found> {
  const named = process.env[`${which.toUpperCase()}_IMAGE`]
  const requested = named || officialImages[which]
  const engine = await getContainerRuntimeClient().catch(() => null)
  if (!engine) return lacking(named, 'no container engine runs here')
  if (await has(engine, requested)) return found(requested)
  const standIn = standInImage(which)
  if (!named && (await engine.image.exists(ImageName.fromString(standIn)))) return found(standIn)
  return lacking(named, `the image ${requested} can be had from nowhere, and "npm run images" was not run`)
}

async function has({ image }: ContainerRuntimeClient, requested: string): Promise<boolean> {
  const name = ImageName.fromString(requested)
  if (await image.exists(name)) return true
  return image.pull(name).then(
    () => true,
    () => false,
  )
}

function found(image: string): Found {
  const isStandIn = image.startsWith('stand-in/')
  // The image of testcontainers' clean-up container is unavailable as well.
  if (isStandIn) process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true'
  return { image, isStandIn }
}

function lacking(named: string | undefined, why: string): Found {
  if (named) throw new Error(`${named} was requested, but ${why}.`)
  return { image: null, why }
}

/** Label of a test run's containers; the runner removes those that killed tests left. */
export const ofThisRun = (): Record<string, string> => ({
  [runLabel]: process.env['TEST_CLUSTER'] ?? 'none',
})
