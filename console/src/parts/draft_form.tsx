// What the forms of keys and of accounts have in common: a draft whose fields say what is wrong with them, before and
// after it was sent.

import { useState } from "preact/hooks";
import type { KeySettings, Refusal } from "../admin.ts";
import { type Draft, type Faults, fieldOf, isFaults, settingsOf } from "../key_draft.ts";

export interface Bound<Value> {
  value: Value;
  fault: string | undefined;
  put: (value: Value) => void;
}
export type Bind = <Name extends keyof Draft>(name: Name) => Bound<Draft[Name]>;

// `save`: a Refusal stays in the form.
export function useDraft(first: Draft, save: (settings: KeySettings) => Promise<void>) {
  const [draft, setDraft] = useState<Draft>(first);
  const [faults, setFaults] = useState<Faults>({});
  const [refused, setRefused] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const bind: Bind = (name) => ({
    value: draft[name],
    fault: faults[name],
    put: (value) => {
      setDraft((now) => ({ ...now, [name]: value }));
      setFaults(({ [name]: _, ...others }) => others);
    },
  });

  const showFaults = (form: HTMLFormElement, found: Faults) => {
    setFaults(found);
    requestAnimationFrame(() => form.querySelector<HTMLElement>("[aria-invalid]")?.focus());
  };

  const submit = async (event: Event) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const settings = settingsOf(draft, Date.now() / 1000, first);
    setRefused(null);
    if (isFaults(settings)) return showFaults(form, settings);
    setBusy(true);
    try {
      await save(settings);
    } catch (error) {
      const refusal = error as Refusal;
      const field = fieldOf(refusal.param);
      if (field) showFaults(form, { [field]: refusal.message });
      else setRefused(refusal.message);
    } finally {
      setBusy(false);
    }
  };

  return { draft, bind, refused, busy, submit };
}

export function RefusedLine({ words }: { words: string | null }) {
  if (words === null) return null;
  return (
    <p class="fault" role="alert">
      {words}
    </p>
  );
}

export function FormFoot({ busy, close, action }: { busy: boolean; close: () => void; action: string }) {
  return (
    <footer class="dialog-foot">
      <button type="button" class="button" onClick={close}>
        Cancel
      </button>
      <button class="button primary" disabled={busy}>
        {action}
      </button>
    </footer>
  );
}
