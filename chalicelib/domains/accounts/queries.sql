-- ensure --
-- Make the user's record and welcome grant where they are missing.
select ensure_profile(%(user_id)s, %(email)s, %(name)s, %(welcome)s);

-- me --
-- The profile of the asking user.
select id, display_name, avatar_url, notification_prefs, created_at, updated_at
from profiles where id = auth.uid();

-- change --
-- Change what the request names; preferences are merged, so one can be changed alone.
update profiles as mine
set (display_name, avatar_url, notification_prefs) = (
  select changed.display_name, changed.avatar_url, mine.notification_prefs || changed.notification_prefs
  from jsonb_populate_record(mine, %(changes)s) as changed)
where id = auth.uid()
returning id, display_name, avatar_url, notification_prefs, created_at, updated_at;
