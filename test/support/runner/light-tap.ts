/** Loaded before each test file (`--import`): replaces the package of tap's {@link Domain} with ours. */
import { registerHooks } from 'node:module'

const url = new URL('./error-domain.ts', import.meta.url).href

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'async-hook-domain' ? { url, shortCircuit: true } : next(specifier, context),
})
