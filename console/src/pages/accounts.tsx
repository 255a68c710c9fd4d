// The accounts below the keys: what the keys of one share. An account that a key has for itself alone is not shown:
// its limits are the key's.

import { useState } from "preact/hooks";
import type { Account, AccountSettings, Admin, Status } from "../admin.ts";
import { type Currency, plural, shortCount } from "../format.ts";
import { accountSettings, draftOfAccount, emptyDraft } from "../key_draft.ts";
import type { Loaded } from "../loaded.ts";
import { Dialog } from "../parts/dialog.tsx";
import { FormFoot, RefusedLine, useDraft } from "../parts/draft_form.tsx";
import { TextField } from "../parts/fields.tsx";
import { Icon } from "../parts/icon.tsx";
import { say } from "../parts/notices.tsx";
import { BudgetFields, LimitFields } from "./key_form.tsx";
import { Allowed, Used } from "./key_facts.tsx";

export const isShared = ({ name, source }: Account): boolean => source === "store" && !/^key_[0-9a-f]{16}$/.test(name);

interface AccountsProps {
  admin: Admin;
  accounts: Loaded<Account[]>;
  status: Status | null;
}

export function Accounts({ admin, accounts, status }: AccountsProps) {
  const [open, setOpen] = useState<{ account: Account | null } | null>(null);
  const shared = (accounts.value ?? []).filter(isShared);

  const save = async (settings: AccountSettings) => {
    if (open?.account) await admin.changeAccount(open.account.id, settings);
    else await admin.createAccount(settings);
    accounts.again();
    say(open?.account ? "Saved. It holds from the next request on." : "The account is made. Give it keys.");
    setOpen(null);
  };

  return (
    <section class="accounts" aria-labelledby="accounts-title">
      <header class="section-head">
        <div>
          <h2 id="accounts-title">Accounts</h2>
          <p class="muted">Keys of one account share its limits and its budget, beside their own.</p>
        </div>
        <button class="button" onClick={() => setOpen({ account: null })}>
          <Icon name="plus" />
          Create account
        </button>
      </header>
      {shared.length > 0 && (
        <ul class="card keys" aria-label="Accounts">
          {shared.map((account) => (
            <AccountRow key={account.id} it={account} currency={status?.currency} edit={() => setOpen({ account })} />
          ))}
        </ul>
      )}
      {open && <AccountForm before={open.account} status={status} close={() => setOpen(null)} save={save} />}
    </section>
  );
}

function AccountRow({ it, currency, edit }: { it: Account; currency: Currency; edit: () => void }) {
  return (
    <li class="key-row" data-account={it.id}>
      <div class="key-name">
        <h3>{it.name}</h3>
        <p class="muted">{plural(it.keys, "key")}</p>
      </div>
      <dl class="facts">
        <Used it={it} currency={currency} />
        <Allowed it={it} />
        <div class="dates">
          <dt>In the last minute</dt>
          <dd>{shortCount(it.used.tokens_in_the_last_minute)} tokens</dd>
        </div>
      </dl>
      <div class="row-actions">
        <button class="button quiet edit" title="Edit" aria-label={`Edit account ${it.name}`} onClick={edit}>
          <Icon name="edit" />
          <span>Edit</span>
        </button>
      </div>
    </li>
  );
}

interface AccountFormProps {
  before: Account | null; // null: a new one
  status: Status | null;
  close: () => void;
  save: (settings: AccountSettings) => Promise<void>;
}

function AccountForm({ before, status, close, save }: AccountFormProps) {
  const { draft, bind, refused, busy, submit } = useDraft(before ? draftOfAccount(before) : emptyDraft, (settings) =>
    save(accountSettings(settings)),
  );
  return (
    <Dialog title={before ? `Edit account “${before.name}”` : "Create an account"} close={close}>
      <form onSubmit={submit} noValidate>
        <div class="dialog-body form">
          <TextField label="Name" autofocus maxLength={100} placeholder="Research" {...bind("name")} />
          <LimitFields bind={bind} tier={draft.tier} />
          <BudgetFields bind={bind} currency={status?.currency} whose="the account’s" />
          <RefusedLine words={refused} />
        </div>
        <FormFoot busy={busy} close={close} action={before ? "Save changes" : "Create account"} />
      </form>
    </Dialog>
  );
}
