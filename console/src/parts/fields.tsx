// Parts of forms. A label belongs to every control, and what is wrong with one stands below it.

import type { ComponentChildren, JSX } from "preact";
import { useRef } from "preact/hooks";

interface FieldProps {
  label: string;
  hint?: string | undefined;
  fault?: string | undefined;
  children: (attributes: { id: string; "aria-describedby"?: string; "aria-invalid"?: boolean }) => ComponentChildren;
}

let fields = 0;

export function Field({ label, hint, fault, children }: FieldProps) {
  const id = useRef(`field-${++fields}`).current;
  const said = fault ?? hint;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({
        id,
        ...(said ? { "aria-describedby": `${id}-said` } : {}),
        ...(fault ? { "aria-invalid": true } : {}),
      })}
      {said && (
        <p id={`${id}-said`} class={fault ? "fault" : "hint"}>
          {said}
        </p>
      )}
    </div>
  );
}

type InputProps = Omit<FieldProps, "children"> &
  Omit<JSX.InputHTMLAttributes<HTMLInputElement>, "label" | "onInput"> & {
    value: string;
    put: (value: string) => void;
  };

export function TextField({ label, hint, fault, put, ...input }: InputProps) {
  return (
    <Field label={label} hint={hint} fault={fault}>
      {(attributes) => <input {...input} {...attributes} onInput={(event) => put(event.currentTarget.value)} />}
    </Field>
  );
}

interface SelectProps extends Omit<FieldProps, "children"> {
  value: string;
  put: (value: string) => void;
  options: [value: string, label: string][];
  disabled?: boolean;
}

export function SelectField({ label, hint, fault, value, put, options, disabled }: SelectProps) {
  return (
    <Field label={label} hint={hint} fault={fault}>
      {(attributes) => (
        <select {...attributes} value={value} disabled={disabled} onChange={(event) => put(event.currentTarget.value)}>
          {options.map(([option, name]) => (
            <option key={option} value={option} selected={option === value}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface ChoiceProps<Value extends string> {
  label: string;
  value: Value;
  put: (value: Value) => void;
  options: [value: Value, label: ComponentChildren][];
}

let choices = 0;

// A few alternatives side by side: radio buttons, so the arrow keys move between them.
export function Choice<Value extends string>({ label, value, put, options }: ChoiceProps<Value>) {
  const group = useRef(`choice-${++choices}`).current;
  return (
    <div class="choice" role="radiogroup" aria-label={label}>
      {options.map(([option, name]) => (
        <label key={option}>
          <input type="radio" name={group} checked={option === value} onChange={() => put(option)} />
          <span>{name}</span>
        </label>
      ))}
    </div>
  );
}
