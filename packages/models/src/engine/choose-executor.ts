import { AttuneError, messageOf } from '@attune/core'
import type * as Web from 'onnxruntime-web/wasm'
import type { GraphExecutor } from './executor.ts'
import { onnxExecutor, type OnnxRuntime } from './onnxruntime.ts'

export type ExecutorName = 'onnxruntime-node' | 'onnxruntime-web'

export interface ExecutorOptions {
  /**
   * Left out: `onnxruntime-node` where it is installed and its binaries fit the machine, which is two
   * to four times as fast, else `onnxruntime-web`. The two may differ in the last bits of a result.
   */
  readonly prefer?: ExecutorName
  /**
   * Where `onnxruntime-web` finds its .wasm file: a folder with a slash at its end or, in browsers, the
   * address of the file. Left out: what `setWasmPath` said, else beside its own script, so without a
   * network in Node. The first choice in a thread counts.
   */
  readonly wasmPath?: string | URL
}

let chosenPath: string | URL | undefined

/**
 * Says where `onnxruntime-web` finds its .wasm file, for everything in this thread that chooses its
 * executor itself, as networks do: a folder with a slash at its end, which must have the .mjs file
 * beside it, or the address of the file. For pages whose bundler does not put the file beside the
 * script; to be called before the first network learns or predicts.
 */
export function setWasmPath(path: string | URL): void {
  chosenPath = path
}

/**
 * The fastest executor that works here; its `name` says which it is.
 *
 * @throws AttuneError `models/engine` when the preferred one, or none, can be loaded
 */
export async function chooseExecutor(options: ExecutorOptions = {}): Promise<GraphExecutor> {
  if (options.prefer === 'onnxruntime-node') return nativeExecutor()
  if (options.prefer === 'onnxruntime-web') return webExecutor(options)
  try {
    return await nativeExecutor()
  } catch {
    // Not installed, a system it has no binaries for, or a browser.
    return webExecutor(options)
  }
}

/**
 * ONNX Runtime's own machine code, of the optional package `onnxruntime-node`.
 * @throws AttuneError `models/engine` when it cannot be loaded
 */
export async function nativeExecutor(): Promise<GraphExecutor> {
  // Put together when it runs, so that bundlers for browsers do not look for a package of binaries.
  const specifier = ['onnxruntime', 'node'].join('-')
  const runtime = await load(
    specifier,
    () => import(/* @vite-ignore */ /* webpackIgnore: true */ specifier),
  )
  return onnxExecutor(runtime, { name: 'onnxruntime-node', provider: 'cpu', fillsOutputs: true })
}

/**
 * ONNX Runtime as WebAssembly on one thread, wherever WebAssembly with SIMD runs.
 * @throws AttuneError `models/engine` when it cannot be loaded
 */
export async function webExecutor(
  options: Pick<ExecutorOptions, 'wasmPath'> = {},
): Promise<GraphExecutor> {
  const runtime = await load('onnxruntime-web', () => import('onnxruntime-web/wasm'))
  // Threads would need a page that is isolated from others; trials run in workers instead.
  runtime.env.wasm.numThreads = 1
  const path = options.wasmPath ?? chosenPath
  if (path !== undefined) runtime.env.wasm.wasmPaths = wasmPaths(path)
  return onnxExecutor(runtime, { name: 'onnxruntime-web', provider: 'wasm', fillsOutputs: false })
}

type WebRuntime = OnnxRuntime & typeof Web

/** A text is taken for a folder unless it names the file; an address always names the file. */
function wasmPaths(path: string | URL): string | { wasm: string | URL } {
  return typeof path === 'string' && !path.endsWith('.wasm') ? path : { wasm: path }
}

/** CommonJS modules have their parts in `default` too, and some loaders put them only there. */
async function load(name: string, importing: () => Promise<unknown>): Promise<WebRuntime> {
  try {
    const loaded = (await importing()) as WebRuntime & { default?: WebRuntime }
    return loaded.InferenceSession === undefined ? loaded.default! : loaded
  } catch (error) {
    throw new AttuneError('models/engine', `${name} could not be loaded: ${messageOf(error)}`, {
      details: { engine: name },
      cause: error,
    })
  }
}
