-- Budgets that hold: a cap names a channel or a provider that paid calls are made for, which only
-- `PUT /v1/budgets` knows. Its user changes it and takes it away over the data API as before.

revoke insert on channel_budgets from authenticated;
update private.registry
   set users_may = 'select, delete, update (hard_cap_usd, soft_pct, on_hard_cap, kill_switch)'
 where table_name = 'channel_budgets';
