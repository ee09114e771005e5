import { buildStandIns, lackOfBuilder } from './stand-ins.ts'

/** `npm run images`: the images that stand in for the official ones where no registry of images is reached. */
const lack = await lackOfBuilder()
if (lack) {
  process.stderr.write(`${lack}\n`)
  process.exit(1)
}
await buildStandIns(line => void process.stdout.write(`${line}\n`))
