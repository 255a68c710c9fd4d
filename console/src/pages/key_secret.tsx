// The one time that a key's secret is shown: to be copied, with a line that uses it at once.

import type { NewKey, Status } from "../admin.ts";
import { CodeBox, CopyButton } from "../parts/copy.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { addressOf } from "../router.ts";
import { firstLine } from "../samples.ts";

interface KeySecretProps {
  made: NewKey;
  rotated: boolean;
  status: Status | null;
  close: () => void;
  use: (key: string) => void; // takes it along to the playground
}

export function KeySecret({ made, rotated, status, close, use }: KeySecretProps) {
  const model = made.models[0] ?? status?.models[0]?.id ?? "step-3.7-flash";
  return (
    <Dialog title={rotated ? `New secret for “${made.name}”` : `“${made.name}” is ready`} close={close} keep>
      <div class="dialog-body">
        <p>
          Copy the key now and keep it safe. <strong>It is shown this once</strong>; the server keeps only its hash.
          {rotated && " The old secret no longer works."}
        </p>
        <div class="secret">
          <output aria-label="The new key" data-testid="secret">
            {made.key}
          </output>
          <CopyButton text={made.key} label="Copy key" primary />
        </div>
        <CodeBox
          title="Try it"
          label="A request with this key, for curl"
          code={firstLine(location.origin, model, made.key)}
        />
      </div>
      <footer class="dialog-foot">
        <a class="button" href={addressOf("playground")} onClick={() => use(made.key)}>
          Open in the playground
        </a>
        <button type="button" class="button primary" onClick={close}>
          I have kept it
        </button>
      </footer>
    </Dialog>
  );
}
