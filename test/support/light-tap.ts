/** Loaded before each test file (`--import`): gives tap our {@link Domain} for that of its package. */
import { registerHooks } from 'node:module'

const url = new URL('./error-domain.ts', import.meta.url).href

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'async-hook-domain' ? { url, shortCircuit: true } : next(specifier, context),
})
