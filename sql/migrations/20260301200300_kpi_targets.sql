-- Targets of a channel are ones that somebody judges by: a misspelt name or a percentage was stored and
-- never met, or never looked at.

create function private.check_kpi_targets() returns trigger
language plpgsql set search_path = '' as $$
declare
  wrong text;
begin
  if jsonb_typeof(new.kpi_targets) <> 'object' then
    return new;  -- the table's own constraint says so
  end if;
  select name into wrong
    from jsonb_each(new.kpi_targets) target (name, said),
         lateral (select case name when 'ctr' then '1' when 'avd' then '86400' when 'rpm' then '10000'
                                   when 'cadence' then '1000' end::jsonb as most,
                         case when jsonb_typeof(said) = 'object' and name in ('ctr', 'avd') then said
                              else jsonb_build_object('publish', said) end as bounds) rule
   where most is null or not bounds ? 'publish'
      or bounds -> 'hold' > bounds -> 'publish'
      or (bounds -> 'publish' > '1' and bounds -> 'hold' between '0.000001' and '1')
      or exists (select from jsonb_each(bounds) bound (kind, value)
                  where kind not in ('publish', 'hold')
                     or jsonb_typeof(value) not in ('number', 'null')
                     or (jsonb_typeof(value) = 'number' and not value between '0' and most))
   order by name limit 1;
  if found then
    raise exception 'kpi_targets: % cannot be judged by; there are ctr (0 to 1), avd (0 to 1, or seconds up to 86400), rpm (USD, '
      'up to 10000) and cadence (videos a week, up to 1000); ctr and avd are a number or {publish, hold}, hold '
      'the lower, both alike', quote_ident(left(wrong, 50))
      using errcode = '23514', column = 'kpi_targets', constraint = 'channel_configs_kpis_known';
  end if;
  return new;
end $$;
comment on function private.check_kpi_targets() is 'Trigger: targets are known, and within what they can be.';
create trigger channel_configs_kpis_known before insert or update of kpi_targets on channel_configs
  for each row execute function private.check_kpi_targets();
