-- AI models: which there are, what they cost, and what each monthly look at the providers changed.

create table ai_model_configs (
  id                uuid primary key default gen_random_uuid(),
  provider          text not null constraint ai_model_configs_provider_known
                    check (provider in ('openai', 'anthropic', 'google', 'mistral')),
  model_name        text not null,
  model_type        text not null constraint ai_model_configs_type_known
                    check (model_type in ('flagship', 'fast', 'legacy')),
  is_active         boolean not null default true,
  is_default        boolean not null default false,
  default_locked    boolean not null default false,
  capabilities      jsonb not null default '{}' constraint ai_model_configs_capabilities_is_object
                    check (jsonb_typeof(capabilities) = 'object'),
  pricing           jsonb not null default '{}' constraint ai_model_configs_pricing_is_object
                    check (jsonb_typeof(pricing) = 'object'),
  max_tokens        integer,
  context_window    integer,
  metadata          jsonb not null default '{}' constraint ai_model_configs_metadata_is_object
                    check (jsonb_typeof(metadata) = 'object'),
  source            text not null default 'api' constraint ai_model_configs_source_known
                    check (source in ('api', 'manual')),
  missed_runs       integer not null default 0,
  discovered_at     timestamptz not null default clock_timestamp(),
  last_validated_at timestamptz,
  deprecated_at     timestamptz,
  retires_at        timestamptz,
  replacement_model text,
  created_at        timestamptz not null default now(),
  updated_at        timestamptz not null default now(),
  constraint ai_model_configs_once unique (provider, model_name),
  constraint ai_model_configs_default_is_active check (is_active or not is_default)
);
create unique index ai_model_configs_one_default on ai_model_configs (provider, model_type) where is_default;
create index ai_model_configs_active on ai_model_configs (provider, model_type, model_name) where is_active;
select private.describe('ai_model_configs', $$
  Models that providers offer.
  provider: openai, anthropic, google or mistral.
  model_name: The provider's name for it.
  model_type: flagship, fast or legacy.
  is_active: Whether it is offered.
  is_default: Whether it is taken when nobody chose: one for a provider and type.
  default_locked: Whether a new model may not become the default in its place.
  capabilities: {vision, function_calling, reasoning, ...}.
  pricing: {input_per_mtok, output_per_mtok, cached_per_mtok, currency, effective_from}; empty when unknown, never 0.
  max_tokens: Tokens it answers at most.
  context_window: Tokens it reads at most.
  metadata: What else the provider tells.
  source: api when a provider told of it, manual when someone wrote it down.
  missed_runs: How many looks in a row did not find it; two take it off the list.
  discovered_at: When it was first seen.
  last_validated_at: When it was last seen.
  deprecated_at: When its provider said it will go.
  retires_at: When it goes.
  replacement_model: What takes its place for those who chose it.
$$);
select private.enrol('ai_model_configs', owner => null, kind => 'STDU', users_may => 'select',
  export => 'none', erase => 'keep_legal');
grant select on ai_model_configs to authenticated;
create policy ai_model_configs_shared on ai_model_configs for select to authenticated using (true);

create table ai_model_prices (
  id             uuid primary key default gen_random_uuid(),
  provider       text not null,
  model_name     text not null,
  usage_type     text not null constraint ai_model_prices_usage_known check (usage_type in
                 ('input_token', 'output_token', 'cached_token', 'image', 'second', 'request')),
  unit_price_usd numeric(14, 8) not null constraint ai_model_prices_not_negative check (unit_price_usd >= 0),
  effective_from timestamptz not null default now(),
  created_at     timestamptz not null default clock_timestamp(),
  constraint ai_model_prices_once unique (provider, model_name, usage_type, effective_from),
  constraint ai_model_prices_of_model foreign key (provider, model_name)
    references ai_model_configs (provider, model_name) on delete cascade
);
select private.describe('ai_model_prices', $$
  What models cost, and from when. What is not here is unknown, not free.
  provider: Who is paid.
  model_name: For which model.
  usage_type: input_token, output_token, cached_token, image, second or request.
  unit_price_usd: Price of one, in dollars.
  effective_from: Since when.
$$);
select private.enrol('ai_model_prices', owner => null, kind => 'LOG', users_may => 'select',
  export => 'none', erase => 'keep_legal');
grant select on ai_model_prices to authenticated;
create policy ai_model_prices_shared on ai_model_prices for select to authenticated using (true);

create table ai_model_update_logs (
  id                uuid primary key default gen_random_uuid(),
  run_date          timestamptz not null default clock_timestamp(),
  status            text not null constraint ai_model_update_logs_status_known
                    check (status in ('success', 'partial', 'failed')),
  trigger           text not null default 'cron' constraint ai_model_update_logs_trigger_known
                    check (trigger in ('cron', 'manual')),
  models_discovered integer not null default 0,
  models_added      integer not null default 0,
  models_deprecated integer not null default 0,
  providers_checked text[] not null default '{}',
  changes           jsonb not null default '[]' constraint ai_model_update_logs_changes_is_array
                    check (jsonb_typeof(changes) = 'array'),
  errors            jsonb not null default '{}',
  execution_time_ms integer,
  created_at        timestamptz not null default clock_timestamp()
);
create index ai_model_update_logs_by_date on ai_model_update_logs (run_date desc);
select private.describe('ai_model_update_logs', $$
  What each look at the providers found.
  run_date: When.
  status: success, partial when a provider did not answer, or failed.
  trigger: cron or manual.
  models_discovered: Models seen.
  models_added: Models new.
  models_deprecated: Models taken off the list.
  providers_checked: Who was asked.
  changes: What changed: [{provider, model_name, change}].
  errors: What went wrong, by provider.
  execution_time_ms: How long it took, in ms.
$$);
select private.enrol('ai_model_update_logs', owner => null, kind => 'LOG', users_may => 'select',
  export => 'none', erase => 'keep_legal');
grant select on ai_model_update_logs to authenticated;
create policy ai_model_update_logs_shared on ai_model_update_logs for select to authenticated using (true);

-- The default of the type; else the provider's flagship; else any: and says which it was.
create function get_default_model(p_provider text, p_type text = 'flagship')
returns table (model_name text, capabilities jsonb, pricing jsonb, context_window int, model_type text, fallback boolean)
language sql stable set search_path = '' as $$
  select m.model_name, m.capabilities, m.pricing, m.context_window, m.model_type,
         not (m.model_type = p_type and m.is_default)
    from public.ai_model_configs m
   where m.provider = p_provider and m.is_active and (m.retires_at is null or m.retires_at > clock_timestamp())
   order by m.model_type = p_type desc, m.model_type = 'flagship' desc, m.model_type = 'fast' desc,
            m.is_default desc, m.deprecated_at is null desc, m.discovered_at desc, m.model_name
   limit 1
$$;
comment on function get_default_model(text, text) is
  'The model to take when nobody chose; `fallback` says that there is no default of that type.';
select private.allow('get_default_model(text, text)', 'authenticated, service_role');

-- A default that goes leaves a default behind, where there is one to take its place.
create function private.retire_default() returns trigger
language plpgsql set search_path = '' as $$
begin
  if old.is_default and not new.is_active then
    new.is_default := false;
  end if;
  return new;
end $$;
comment on function private.retire_default() is 'Trigger: what is not offered is nobody''s default.';
create trigger ai_model_configs_retire before update of is_active on ai_model_configs
  for each row execute function private.retire_default();

create function private.fill_default() returns trigger
language plpgsql set search_path = '' as $$
begin
  update public.ai_model_configs set is_default = true
   where id = (select id from public.ai_model_configs
                where provider = new.provider and model_type = new.model_type and is_active
                order by model_name = new.replacement_model desc nulls last,
                         deprecated_at is null desc, discovered_at desc, model_name limit 1)
     and not exists (select from public.ai_model_configs
                      where provider = new.provider and model_type = new.model_type and is_default);
  return null;
end $$;
comment on function private.fill_default() is 'Trigger: the replacement of a default takes its place.';
create trigger ai_model_configs_fill after update of is_active on ai_model_configs
  for each row when (old.is_default and not new.is_active) execute function private.fill_default();
