// The dialog in which a key is made or changed. It checks what it can itself; what the server refuses is shown at the
// field that it names.

import type { Key, KeySettings, Status } from "../admin.ts";
import { dayOf } from "../days.ts";
import { type Currency, count, shortCount } from "../format.ts";
import { type Draft, draftOf, emptyDraft } from "../key_draft.ts";
import { type Bind, type Bound, FormFoot, RefusedLine, useDraft } from "../parts/draft_form.tsx";
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
  const { draft, bind, refused, busy, submit } = useDraft(before ? draftOf(before) : emptyDraft, (settings) => {
    if (before) delete settings.account; // cannot be changed
    return save(settings);
  });
  return (
    <Dialog title={before ? `Edit “${before.name}”` : "Create a key"} close={close}>
      <form onSubmit={submit} noValidate>
        <div class="dialog-body form">
          <TextField label="Name" autofocus maxLength={100} placeholder="Mobile app, staging" {...bind("name")} />
          <AccountField before={before} accounts={accounts} {...bind("account")} />
          <LimitFields bind={bind} tier={draft.tier} />
          <BudgetFields bind={bind} currency={status?.currency} whose="the key’s" />
          <ModelField models={status?.models.map(({ id }) => id) ?? []} {...bind("models")} />
          <div class="halves">
            <TextField
              label="Time limit"
              placeholder="The server’s"
              autocomplete="off"
              {...bind("deadline")}
              hint="Of each request, such as 30s or 2m."
            />
            <TextField
              label="Expires"
              type="date"
              min={dayOf(Date.now())}
              {...bind("expires")}
              hint="At the end of that day (UTC). Empty: never."
            />
          </div>
          <RefusedLine words={refused} />
        </div>
        <FormFoot busy={busy} close={close} action={before ? "Save changes" : "Create key"} />
      </form>
    </Dialog>
  );
}

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

export function LimitFields({ bind, tier }: { bind: Bind; tier: Draft["tier"] }) {
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

export function BudgetFields({ bind, currency, whose }: { bind: Bind; currency: Currency; whose: string }) {
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
      <p class="hint">In {whose} whole life; once spent, requests are refused.</p>
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
