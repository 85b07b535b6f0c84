-- Costs: what providers were paid is written by one function, and by nobody else.

drop function record_cost(uuid, text, numeric, text, text, text, text, text, int, numeric, text, text, uuid, boolean);

create function record_cost(
  p_user_id uuid, p_provider text, p_cost_usd numeric, p_key text, p_channel_id text = null,
  p_run_id text = null, p_operation text = null, p_model_name text = null, p_tokens int = null,
  p_units numeric = null, p_unit text = null, p_ref_type text = null, p_ref_id uuid = null,
  p_is_estimate boolean = false, p_cached boolean = false, p_saved_usd numeric = 0
) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  if auth.uid() <> p_user_id then
    raise exception 'these costs are someone else''s' using errcode = '42501';
  elsif p_key is null then
    raise exception 'a cost needs a key, so that it is written once' using errcode = '22023';
  end if;
  insert into public.channel_costs
    (user_id, channel_id, run_id, provider, cost_usd, tokens, model_name, operation, units, unit,
     is_estimate, ref_type, ref_id, dedupe_key, cached, saved_usd)
  values (p_user_id, coalesce(p_channel_id, 'none'), p_run_id, p_provider, p_cost_usd, p_tokens,
          p_model_name, p_operation, p_units, p_unit, p_is_estimate, p_ref_type, p_ref_id, p_key,
          p_cached, p_saved_usd)
  on conflict (user_id, dedupe_key) do nothing;
  return found;
end $$;
comment on function record_cost(uuid, text, numeric, text, text, text, text, text, int, numeric, text, text, uuid, boolean, boolean, numeric) is
  'Write down what a provider was paid, or what the cache saved; once for a key. Whether it was written now.';
select private.allow('record_cost(uuid, text, numeric, text, text, text, text, text, int, numeric, text, text, uuid, boolean, boolean, numeric)', 'service_role');

revoke insert on channel_costs from service_role;
update private.registry set service_may = 'select' where table_name = 'channel_costs';
grant select, insert on channel_costs to bookkeeper;
create policy channel_costs_bookkeeper on channel_costs to bookkeeper using (true) with check (true);

grant create on schema public to bookkeeper;
alter function record_cost(uuid, text, numeric, text, text, text, text, text, int, numeric, text, text, uuid, boolean, boolean, numeric) owner to bookkeeper;
revoke create on schema public from bookkeeper;
