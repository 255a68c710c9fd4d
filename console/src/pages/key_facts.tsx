// What a key or an account has used, and what it may.

import type { Account, Key } from "../admin.ts";
import { type Currency, money, plural, shortCount } from "../format.ts";
import { typedTime } from "../key_draft.ts";
import { Meter } from "../parts/figures.tsx";
import { tierName, tiers } from "../tiers.ts";

export function Used({ it: { used, budget }, currency }: { it: Key | Account; currency: Currency }) {
  const of = budget.tokens ? shortCount(budget.tokens) : budget.cost ? money(budget.cost, currency) : null;
  return (
    <div>
      <dt>Used</dt>
      <dd>
        {shortCount(used.tokens)} tokens{used.cost > 0 && `, ${money(used.cost, currency)}`}
      </dd>
      <dd class="note">{of ? `of ${of}` : "no budget"}</dd>
      {budget.tokens ? (
        <dd>
          <Meter label="Tokens of the budget" value={used.tokens} of={budget.tokens} />
        </dd>
      ) : (
        budget.cost && (
          <dd>
            <Meter label="Cost of the budget" value={used.cost} of={budget.cost} />
          </dd>
        )
      )}
    </div>
  );
}

export function Allowed({ it }: { it: Key | Account }) {
  const { tier, limits, used } = it;
  const models = "models" in it ? it.models : [];
  const deadline = "deadline_ms" in it ? it.deadline_ms : null;
  const perMinute = limits.requests_per_minute ?? tiers[tier]?.requests_per_minute;
  const own = Object.values(limits).some((limit) => limit !== null && limit !== undefined);
  return (
    <div>
      <dt>Limits</dt>
      <dd>
        {tierName(tier)}
        {own && ", own limits"}
      </dd>
      <dd class="note">
        {used.requests_in_the_last_minute}
        {perMinute ? ` of ${shortCount(perMinute)}` : ""} req/min
        {used.running > 0 && `, ${used.running} running`}
        {models.length > 0 && ` · ${plural(models.length, "model")}`}
        {deadline !== null && ` · ${typedTime(deadline)} each`}
      </dd>
    </div>
  );
}
