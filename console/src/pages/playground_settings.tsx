// What the playground asks with: the API and the model, the key, and the few parameters that one tries first.

import { useState } from "preact/hooks";
import type { Api, Status } from "../admin.ts";
import type { Conversation } from "../conversation.ts";
import { apiNames } from "../format.ts";
import { Choice, Field, SelectField, TextField } from "../parts/fields.tsx";

interface SettingsProps {
  conversation: Conversation;
  change: (part: Partial<Conversation>) => void;
  status: Status | null;
  apiKey: string;
  putKey: (key: string) => void;
  disabled: boolean;
}

const apis = Object.entries(apiNames) as [Api, string][];
const someEfforts = ["low", "medium", "high"];

export function Settings({ conversation, change, status, apiKey, putKey, disabled }: SettingsProps) {
  const models = status?.models.filter(({ apis }) => apis.includes(conversation.api)) ?? [];
  const efforts = models.find(({ id }) => id === conversation.model)?.reasoning_efforts ?? someEfforts;
  const chooseModel = (model: string) => change({ model, effort: "" }); // efforts differ between models
  return (
    <section class="card settings" aria-label="Settings">
      <div class="settings-row">
        <div class="field">
          <span class="label" aria-hidden="true">
            API
          </span>
          <Choice label="API" value={conversation.api} options={apis} put={(api) => change({ api, effort: "" })} />
        </div>
        <SelectField
          label="Model"
          value={conversation.model}
          put={chooseModel}
          disabled={disabled || models.length === 0}
          options={models.length > 0 ? models.map(({ id }) => [id, id]) : [["", "No model speaks this API"]]}
        />
        {status?.keys_required !== false && (
          <TextField
            label="Key"
            type="password"
            name="playground-key"
            autocomplete="off"
            placeholder="sk-tri-…"
            value={apiKey}
            put={(key) => putKey(key.trim())}
          />
        )}
      </div>
      <details>
        <summary>Parameters</summary>
        <Parameters conversation={conversation} change={change} efforts={efforts} />
      </details>
    </section>
  );
}

type ParametersProps = Pick<SettingsProps, "conversation" | "change"> & { efforts: string[] };

function Parameters({ conversation, change, efforts }: ParametersProps) {
  return (
    <div class="settings-row">
      <Field label="System prompt">
        {(attributes) => (
          <textarea
            {...attributes}
            rows={2}
            placeholder="None"
            value={conversation.system}
            onInput={(event) => change({ system: event.currentTarget.value })}
          />
        )}
      </Field>
      <SelectField
        label="Reasoning effort"
        value={conversation.effort}
        put={(effort) => change({ effort })}
        options={[["", "The model’s"], ...efforts.map((effort): [string, string] => [effort, effort])]}
      />
      <NumberField
        label="Temperature"
        value={conversation.temperature}
        put={(temperature) => change({ temperature })}
        from={0}
        to={2}
        whole={false}
      />
      <NumberField
        label="Token limit"
        value={conversation.maxTokens}
        put={(maxTokens) => change({ maxTokens })}
        from={1}
        to={1_000_000_000}
        whole
      />
    </div>
  );
}

interface NumberFieldProps {
  label: string;
  value: number | null;
  put: (value: number | null) => void;
  from: number;
  to: number;
  whole: boolean;
}

// What is typed stays as it is typed; only what is a number in range is taken.
function NumberField({ label, value, put, from, to, whole }: NumberFieldProps) {
  const [text, setText] = useState(value === null ? "" : String(value));
  const meant = (typed: string): number | null | undefined => {
    if (typed.trim() === "") return null;
    const number = Number(typed.replace(",", "."));
    return number >= from && number <= to && (!whole || Number.isInteger(number)) ? number : undefined;
  };
  const type = (typed: string) => {
    setText(typed);
    const number = meant(typed);
    if (number !== undefined) put(number);
  };
  const rule = whole ? `A whole number from ${from} on` : `A number from ${from} to ${to}`;
  return (
    <TextField
      label={label}
      inputMode={whole ? "numeric" : "decimal"}
      placeholder="Default"
      value={text}
      put={type}
      fault={meant(text) === undefined ? rule : undefined}
    />
  );
}
