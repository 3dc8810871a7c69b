import { ApiError, apiUrl, refusalOf } from './api.ts'
import { askForLink } from './session-state.ts'

/** The largest file that a page may send, in bytes, as the server has it. */
export const largestFile: number = 64 * 1024 * 1024

/**
 * Sends a file to a path of the server, which then has it under its name.
 * @param onShare told how much of it has been sent, from 0 to 1
 * @throws ApiError
 */
export function upload(path: string, file: Blob, onShare: (share: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    // Requests by fetch do not tell how far they are.
    const request = new XMLHttpRequest()
    request.upload.addEventListener('progress', ({ loaded, total }) => onShare(loaded / total))
    request.addEventListener('load', () => {
      const { status, statusText, responseText } = request
      if (status >= 200 && status < 300) return resolve()
      if (status === 401) askForLink()
      reject(refusalOf(status, statusText, responseText))
    })
    request.addEventListener('error', () =>
      reject(new ApiError('server/gone', 'The server did not take the file whole.', 0)),
    )
    request.open('PUT', apiUrl(path))
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.send(file)
  })
}
