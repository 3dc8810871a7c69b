import { Dialog } from '../ui/dialog.tsx'
import { boundKeys } from './keys.ts'

/** The keys that do something here. */
export function HelpBox({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <table class="key-table">
        <tbody>
          {boundKeys().map(({ keys, about }) => (
            <tr key={keys}>
              <td>
                {keys.split(' ').map((key) => (
                  <kbd key={key}>{names[key] ?? key}</kbd>
                ))}
              </td>
              <th scope="row">{about}</th>
            </tr>
          ))}
          <tr>
            <td>
              <kbd>Esc</kbd>
            </td>
            <th scope="row">Close what is open, empty a filter</th>
          </tr>
        </tbody>
      </table>
    </Dialog>
  )
}

const names: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
}
