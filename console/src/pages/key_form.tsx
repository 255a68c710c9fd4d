// The dialog in which a key is made or changed. It checks what it can itself; what the server refuses is shown at the
// field that it names.

import { useState } from "preact/hooks";
import type { Key, KeySettings, Refusal, Status } from "../admin.ts";
import { dayOf } from "../days.ts";
import { type Currency, count, shortCount } from "../format.ts";
import { type Draft, type Faults, draftOf, emptyDraft, fieldOf, isFaults, settingsOf } from "../key_draft.ts";
import { Dialog } from "../parts/dialog.tsx";
import { SelectField, TextField } from "../parts/fields.tsx";
import { tierName, tierNames, tiers } from "../tiers.ts";

interface KeyFormProps {
  before: Key | null; // null: a new one
  accounts: string[];
  status: Status | null;
  close: () => void;
  save: (settings: KeySettings) => Promise<void>; // a Refusal stays in the form
}

export function KeyForm({ before, accounts, status, close, save }: KeyFormProps) {
  const [draft, setDraft] = useState<Draft>(before ? draftOf(before) : emptyDraft);
  const [faults, setFaults] = useState<Faults>({});
  const [refused, setRefused] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const bind = <Name extends keyof Draft>(name: Name) => ({
    value: draft[name],
    fault: faults[name],
    put: (value: Draft[Name]) => {
      setDraft((now) => ({ ...now, [name]: value }));
      setFaults(({ [name]: _, ...others }) => others);
    },
  });

  const submit = async (event: Event) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const settings = settingsOf(draft, Date.now() / 1000);
    setRefused(null);
    if (isFaults(settings)) return showFaults(form, settings);
    if (before) delete settings.account; // cannot be changed
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

  const showFaults = (form: HTMLFormElement, found: Faults) => {
    setFaults(found);
    requestAnimationFrame(() => form.querySelector<HTMLElement>("[aria-invalid]")?.focus());
  };

  return (
    <Dialog title={before ? `Edit “${before.name}”` : "Create a key"} close={close}>
      <form onSubmit={submit} noValidate>
        <div class="dialog-body form">
          <TextField label="Name" autofocus maxLength={100} placeholder="Mobile app, staging" {...bind("name")} />
          <AccountField before={before} accounts={accounts} {...bind("account")} />
          <LimitFields bind={bind} tier={draft.tier} />
          <BudgetFields bind={bind} currency={status?.currency} />
          <ModelField models={status?.models.map(({ id }) => id) ?? []} {...bind("models")} />
          <TextField
            label="Expires"
            type="date"
            min={dayOf(Date.now())}
            {...bind("expires")}
            hint="At the end of that day (UTC). Empty: never."
          />
          {refused && (
            <p class="fault" role="alert">
              {refused}
            </p>
          )}
        </div>
        <footer class="dialog-foot">
          <button type="button" class="button" onClick={close}>
            Cancel
          </button>
          <button class="button primary" disabled={busy}>
            {before ? "Save changes" : "Create key"}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

interface Bound<Value> {
  value: Value;
  fault: string | undefined;
  put: (value: Value) => void;
}
type Bind = <Name extends keyof Draft>(name: Name) => Bound<Draft[Name]>;

function AccountField({ before, accounts, ...bound }: Bound<string> & { before: Key | null; accounts: string[] }) {
  if (before) return <TextField label="Account" disabled hint="A key stays with its account." {...bound} />;
  return (
    <>
      <TextField
        label="Account"
        list="accounts"
        autocomplete="off"
        placeholder="One of its own"
        hint="Keys of one account share its limits."
        {...bound}
      />
      <datalist id="accounts">
        {accounts.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  );
}

function LimitFields({ bind, tier }: { bind: Bind; tier: Draft["tier"] }) {
  const allowed = tiers[tier];
  const placeholder = (value: number | undefined) => (value === undefined ? "No limit" : count(value));
  return (
    <fieldset>
      <legend>Limits</legend>
      <SelectField
        label="Tier"
        {...bind("tier")}
        put={(value) => bind("tier").put(value as Draft["tier"])}
        options={tierNames.map((name) => [name, tierLine(name)])}
      />
      <div class="thirds">
        <TextField
          label="At once"
          inputMode="numeric"
          placeholder={placeholder(allowed?.concurrency)}
          {...bind("concurrency")}
        />
        <TextField
          label="Requests/min"
          inputMode="numeric"
          placeholder={placeholder(allowed?.requests_per_minute)}
          {...bind("requestsPerMinute")}
        />
        <TextField
          label="Tokens/min"
          inputMode="numeric"
          placeholder={placeholder(allowed?.tokens_per_minute)}
          {...bind("tokensPerMinute")}
        />
      </div>
      <p class="hint">Empty: what the tier allows.</p>
    </fieldset>
  );
}

function tierLine(tier: Draft["tier"]): string {
  const allowed = tiers[tier];
  if (allowed === null) return `${tierName(tier)}: no limits`;
  const { concurrency, requests_per_minute, tokens_per_minute } = allowed;
  return `${tierName(tier)}: ${shortCount(concurrency)} at once, ${shortCount(requests_per_minute)} requests and ${shortCount(tokens_per_minute)} tokens / min`;
}

function BudgetFields({ bind, currency }: { bind: Bind; currency: Currency }) {
  return (
    <fieldset>
      <legend>Budget</legend>
      <div class="halves">
        <TextField label="Tokens" inputMode="numeric" placeholder="No limit" {...bind("tokenBudget")} />
        <TextField
          label={currency ? `Cost (${currency})` : "Cost"}
          inputMode="decimal"
          placeholder="No limit"
          {...bind("costBudget")}
        />
      </div>
      <p class="hint">In the key’s whole life; once spent, its requests are refused.</p>
    </fieldset>
  );
}

function ModelField({ models, value, put, fault }: Bound<string[]> & { models: string[] }) {
  const toggle = (model: string) =>
    put(value.includes(model) ? value.filter((other) => other !== model) : [...value, model]);
  const known = [...new Set([...models, ...value])]; // one that is no longer served can still be taken out
  return (
    <fieldset>
      <legend>Models</legend>
      <div class="checks">
        {known.map((model) => (
          <label key={model} class="check">
            <input type="checkbox" checked={value.includes(model)} onChange={() => toggle(model)} />
            <span>{model}</span>
          </label>
        ))}
      </div>
      <p class={fault ? "fault" : "hint"}>{fault ?? "None chosen: all of them."}</p>
    </fieldset>
  );
}
