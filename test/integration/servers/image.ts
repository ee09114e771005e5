import { type ContainerRuntimeClient, getContainerRuntimeClient, ImageName } from 'testcontainers'
import { runLabel } from '../../support/containers.ts'
import { standInImage } from '../images/stand-ins.ts'

/** An image that can be run here, or why there is none. */
export type Found =
  | { readonly image: string; readonly isStandIn: boolean }
  | { readonly image: null; readonly why: string }

/** What production runs on (docker-compose.yml has the same). */
export const officialImages = { postgres: 'postgres:18', mongo: 'mongo:8' } as const

/**
 * The image that `POSTGRES_IMAGE` or `MONGO_IMAGE` names; without it the official one, and where that can be had from
 * nowhere, what `npm run images` built in its place.
 * @returns also that there is no engine or no image.
 * @throws {Error} when one was named and cannot be run.
 */
export async function findImage(which: keyof typeof officialImages): Promise<Found> {
  const named = process.env[`${which.toUpperCase()}_IMAGE`]
  const asked = named || officialImages[which]
  const engine = await getContainerRuntimeClient().catch(() => null)
  if (!engine) return lacking(named, 'no container engine runs here')
  if (await has(engine, asked)) return found(asked)
  const standIn = standInImage(which)
  if (!named && (await engine.image.exists(ImageName.fromString(standIn)))) return found(standIn)
  return lacking(named, `the image ${asked} can be had from nowhere, and "npm run images" was not run`)
}

async function has({ image }: ContainerRuntimeClient, asked: string): Promise<boolean> {
  const name = ImageName.fromString(asked)
  if (await image.exists(name)) return true
  return image.pull(name).then(
    () => true,
    () => false,
  )
}

function found(image: string): Found {
  const isStandIn = image.startsWith('stand-in/')
  // Where images are stand-ins, that of the one who clears up after a crash is had from nowhere, too.
  if (isStandIn) process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true'
  return { image, isStandIn }
}

function lacking(named: string | undefined, why: string): Found {
  if (named) throw new Error(`${named} was asked for, but ${why}.`)
  return { image: null, why }
}

/** What marks the containers of a test run: the runner takes away what a test that was killed has left. */
export const ofThisRun = (): Record<string, string> => ({
  [runLabel]: process.env['TEST_CLUSTER'] ?? 'none',
})
