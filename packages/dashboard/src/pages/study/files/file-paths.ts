/** Where the server has the files of a trial, or without one those of the study. */
export function filesPath(id: string, trial: number | undefined): string {
  const study = `/api/studies/${encodeURIComponent(id)}`
  return trial === undefined ? `${study}/artifacts` : `${study}/trials/${trial}/artifacts`
}

export function filePath(id: string, trial: number | undefined, name: string): string {
  return `${filesPath(id, trial)}/${name.split('/').map(encodeURIComponent).join('/')}`
}
