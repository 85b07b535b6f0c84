-- Budgets begin with what their period has cost already: a cap set in the middle of a month, or taken
-- away and set anew, holds for the whole of it. What the user may spend is the same whenever it is said.

create function private.begin_budget() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.period_start := date_trunc(new.period, clock_timestamp(), 'UTC');
  new.spent_usd := coalesce((
    select sum(r.actual_usd) from public.budget_reservations r
     where r.user_id = new.user_id and r.status = 'settled' and r.closed_at >= new.period_start
       and r.created_at >= new.period_start - interval '1 day'  -- by the index: no call takes so long
       and case new.scope when 'channel' then r.channel_id = new.scope_id
                          when 'provider' then r.provider = new.scope_id else true end), 0);
  return new;
end $$;
comment on function private.begin_budget() is
  'Trigger: a new budget counts what was spent in its period before it was set.';
create trigger channel_budgets_begin before insert on channel_budgets for each row
  when (new.period <> 'run' and new.period_start = '-infinity')
  execute function private.begin_budget();
