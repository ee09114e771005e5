import { type ContainerRuntimeClient, getContainerRuntimeClient, ImageName } from 'testcontainers'
import { runLabel } from '../../support/runner/containers.ts'
import { standInImage } from '../images/stand-ins.ts'

export type ImageLookup =
  | { readonly image: string; readonly isStandIn: boolean }
  | { readonly image: null; readonly reason: string }

/** The same images as in docker-compose.yml. */
export const officialImages = {
  postgres: 'postgres:18.6@sha256:5a5a84b19854a9ffaa54082c166ff4ec27473a361e496e5ea167f298f2da9722',
  mongo: 'mongo:8.2.12@sha256:e0ce8c35124d4a9f9785532d1f268f39e9728ffa1cb38f46fa482436424c4bd3',
} as const

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
