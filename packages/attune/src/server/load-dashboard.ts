/** What attune uses of `@attune/dashboard`. */
export interface Dashboard {
  /** The folder of the built page. */
  readonly appFolder: string
  /** A packed study as a page in one file. */
  pageOf(packed: Uint8Array, name: string): Promise<string>
}

/** The package of the page, or undefined where it is not installed. */
export async function loadDashboard(): Promise<Dashboard | undefined> {
  try {
    return await import('@attune/dashboard')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ERR_MODULE_NOT_FOUND' || code === 'ERR_PACKAGE_PATH_NOT_EXPORTED')
      return undefined
    throw error
  }
}
