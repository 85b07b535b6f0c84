-- Profiles: what the product knows of a user beyond the issuer's record.

create table profiles (
  id                 uuid primary key constraint profiles_of_user
                     references auth.users (id) on delete cascade,
  display_name       text constraint profiles_display_name_short check (length(display_name) <= 200),
  avatar_url         text constraint profiles_avatar_url_short check (length(avatar_url) <= 2000),
  notification_prefs jsonb not null default '{"job_complete": true, "job_failed": true}'
                     constraint profiles_notification_prefs_is_object
                     check (jsonb_typeof(notification_prefs) = 'object'),
  stripe_customer_id text,
  created_at         timestamptz not null default now(),
  updated_at         timestamptz not null default now()
);
create unique index idx_profiles_stripe on profiles (stripe_customer_id)
  where stripe_customer_id is not null;
select private.describe('profiles', $$
  What the product knows of a user beyond the issuer's record.
  id: The user.
  display_name: Name to show.
  avatar_url: Picture to show.
  notification_prefs: {job_complete, job_failed}: which notices are wanted.
  stripe_customer_id: The user at Stripe.
$$);
select private.enrol('profiles', owner => 'id', kind => 'STDU', by_owner => null,
  users_may => 'select, update (display_name, avatar_url, notification_prefs)');
