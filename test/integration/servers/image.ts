import { type ContainerRuntimeClient, getContainerRuntimeClient, ImageName } from 'testcontainers'
import { runLabel } from '../../support/runner/containers.ts'
import { standInImage } from '../images/stand-ins.ts'

export type ImageLookup =
  | { readonly image: string; readonly isStandIn: boolean }
  | { readonly image: null; readonly reason: string }

/** The same images as in docker-compose.yml. */
export const officialImages = { postgres: 'postgres:18', mongo: 'mongo:8' } as const

/**
 * Finds the image named by `POSTGRES_IMAGE` or `MONGO_IMAGE`, else the official one, else the stand-in of `npm run
 * images`.
 * @returns the reason when there is no engine or image.
 * @throws {Error} when the configured image isn't available.
 */
export async function findImage(service: keyof typeof officialImages): Promise<ImageLookup> {
  const configuredImage = process.env[`${service.toUpperCase()}_IMAGE`]
  const requested = configuredImage || officialImages[service]
  const engine = await getContainerRuntimeClient().catch(() => null)
  if (!engine) return missingImage(configuredImage, 'no container engine runs here')
  if (await canObtain(engine, requested)) return foundImage(requested)
  const standIn = standInImage(service)
  if (!configuredImage && (await engine.image.exists(ImageName.fromString(standIn))))
    return foundImage(standIn)
  return missingImage(
    configuredImage,
    `the image ${requested} can't be pulled, and "npm run images" hasn't been run`,
  )
}

async function canObtain({ image }: ContainerRuntimeClient, requested: string): Promise<boolean> {
  const name = ImageName.fromString(requested)
  if (await image.exists(name)) return true
  return image.pull(name).then(
    () => true,
    () => false,
  )
}

function foundImage(image: string): ImageLookup {
  const isStandIn = image.startsWith('stand-in/')
  // The image of testcontainers' clean-up container is unavailable as well.
  if (isStandIn) process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true'
  return { image, isStandIn }
}

function missingImage(configuredImage: string | undefined, reason: string): ImageLookup {
  if (configuredImage) throw new Error(`${configuredImage} was requested, but ${reason}.`)
  return { image: null, reason }
}

/** Labels for this run's containers: the runner removes those that killed tests leave behind. */
export const thisRunLabels = (): Record<string, string> => ({
  [runLabel]: process.env['TEST_CLUSTER'] ?? 'none',
})
