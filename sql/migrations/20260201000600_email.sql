-- Email: contacts and their consent, campaigns with one row per recipient, rules that send by
-- themselves, and addresses that are never written to again.

create table email_templates (
  id           uuid primary key default gen_random_uuid(),
  created_by   uuid not null default auth.uid() constraint email_templates_of_user
               references auth.users (id) on delete cascade,
  name         text not null constraint email_templates_name_length
               check (btrim(name) <> '' and length(name) <= 200),
  subject_line text not null constraint email_templates_subject_length
               check (btrim(subject_line) <> '' and length(subject_line) <= 500),
  html_content text not null,
  plain_text   text,
  variables    jsonb not null default '{}' constraint email_templates_variables_is_object
               check (jsonb_typeof(variables) = 'object'),
  metadata     jsonb not null default '{}' constraint email_templates_metadata_is_object
               check (jsonb_typeof(metadata) = 'object'),
  version      integer not null default 1,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  constraint email_templates_owned unique (id, created_by),
  constraint email_templates_name_once unique (created_by, name)
);
select private.describe('email_templates', $$
  Mails to begin from, with {{variables}}.
  created_by: Whose template it is.
  name: What it is called.
  subject_line: The subject.
  html_content: The mail.
  plain_text: The mail without markup.
  variables: {name: {default, description}}.
  metadata: Anything else.
  version: Counts changes.
$$);
select private.enrol('email_templates', owner => 'created_by', kind => 'STDU', users_may =>
  'select, delete,
   insert (id, created_by, name, subject_line, html_content, plain_text, variables, metadata),
   update (name, subject_line, html_content, plain_text, variables, metadata)');
create trigger email_templates_version before update on email_templates
  for each row execute function private.count_version();

create table email_suppressions (
  id         uuid primary key default gen_random_uuid(),
  user_id    uuid not null default auth.uid() constraint email_suppressions_of_user
             references auth.users (id) on delete cascade,
  email_hash text not null constraint email_suppressions_hash_is_hash
             check (email_hash ~ '^[0-9a-f]{64}$'),
  reason     text not null constraint email_suppressions_reason_known
             check (reason in ('unsubscribed', 'bounced', 'complained', 'erased', 'manual')),
  created_at timestamptz not null default now(),
  constraint email_suppressions_once unique (user_id, email_hash)
);
select private.describe('email_suppressions', $$
  Addresses that are never written to again; kept as hashes when the person is erased.
  email_hash: SHA-256 of the address in lower case, in hex.
  reason: unsubscribed, bounced, complained, erased or manual.
$$);
select private.enrol('email_suppressions', users_may => 'select, delete', erase => 'keep_legal');

create function private.email_hash(p_email text) returns text
language sql immutable set search_path = '' as $$
  select encode(sha256(convert_to(lower(btrim(p_email)), 'UTF8')), 'hex')
$$;
comment on function private.email_hash(text) is 'What is kept of an address that is not kept.';
select private.allow('private.email_hash(text)', 'service_role');

create table email_contacts (
  id                  uuid primary key default gen_random_uuid(),
  user_id             uuid not null default auth.uid() constraint email_contacts_of_user
                      references auth.users (id) on delete cascade,
  email               text not null constraint email_contacts_email_shape check (email ~ '^[^@\s]+@[^@\s]+$'
                      and email = lower(email) and length(email) <= 320),
  first_name          text,
  last_name           text,
  name                text,
  company             text,
  tags                text[] not null default '{}',
  custom_fields       jsonb not null default '{}' constraint email_contacts_fields_is_object
                      check (jsonb_typeof(custom_fields) = 'object'),
  subscription_status text not null default 'subscribed' constraint email_contacts_status_known
                      check (subscription_status in
                      ('unconfirmed', 'subscribed', 'unsubscribed', 'bounced', 'complained')),
  subscribed          boolean not null generated always as (subscription_status = 'subscribed') stored,
  lead_id             uuid,
  consent_at          timestamptz,
  consent_source      text,
  consent_ip          inet,
  unsubscribed_at     timestamptz,
  bounce_count        integer not null default 0 constraint email_contacts_bounces_not_negative
                      check (bounce_count >= 0),
  last_activity       timestamptz,
  created_at          timestamptz not null default now(),
  updated_at          timestamptz not null default now(),
  constraint email_contacts_owned unique (id, user_id),
  constraint email_contacts_email_once unique (user_id, email),
  constraint email_contacts_of_own_lead foreign key (lead_id, user_id)
    references leads (id, created_by) on delete set null (lead_id),
  constraint email_contacts_unsubscribed_has_time
    check ((subscription_status = 'unsubscribed') = (unsubscribed_at is not null))
);
create index email_contacts_by_status on email_contacts (user_id, subscription_status, created_at desc, id desc);
create index email_contacts_to_send on email_contacts (user_id, id) where subscribed;
create index email_contacts_by_lead on email_contacts (lead_id) where lead_id is not null;
select private.describe('email_contacts', $$
  People a user may write to.
  email: Address, kept in lower case.
  first_name: Given name.
  last_name: Family name.
  name: Name as they write it.
  company: Where they work.
  tags: Labels.
  custom_fields: {name: value}.
  subscription_status: unconfirmed, subscribed, unsubscribed, bounced or complained.
  subscribed: Whether they may be written to; follows from the status.
  lead_id: The lead they are.
  consent_at: When they agreed.
  consent_source: Where they agreed.
  consent_ip: Address they agreed from.
  unsubscribed_at: When they had enough.
  bounce_count: Mails that came back.
  last_activity: When they last opened or clicked.
$$);
select private.enrol('email_contacts', kind => 'STDU', users_may =>
  'select, delete,
   insert (id, user_id, email, first_name, last_name, name, company, tags, custom_fields,
           subscription_status, lead_id, consent_at, consent_source),
   update (email, first_name, last_name, name, company, tags, custom_fields, subscription_status, lead_id,
           consent_at, consent_source)');
-- Whoever complained is not won back, and whoever left comes back by confirming anew.
select private.guard_states('email_contacts', 'subscription_status',
  '-> unconfirmed, subscribed, unsubscribed',
  'unconfirmed -> subscribed, unsubscribed, bounced, complained',
  'subscribed -> unsubscribed, bounced, complained',
  'unsubscribed -> unconfirmed, complained',
  'bounced -> unconfirmed, unsubscribed');
select private.stamp_states('email_contacts', 'subscription_status', 'unsubscribed_at', '{unsubscribed}');

create function private.tidy_contact() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  new.email := lower(btrim(new.email));
  if tg_op = 'INSERT' and new.subscription_status = 'subscribed' and exists (
    select from public.email_suppressions
     where user_id = new.user_id and email_hash = private.email_hash(new.email)) then
    new.subscription_status := 'unsubscribed';     -- importing a list again wakes nobody up
  end if;
  return new;
end $$;
comment on function private.tidy_contact() is
  'Trigger: one spelling of addresses; a suppressed one comes in unsubscribed.';
create trigger email_contacts_a_tidy before insert or update of email on email_contacts
  for each row execute function private.tidy_contact();

create function private.suppress_contact() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.subscription_status in ('unsubscribed', 'bounced', 'complained') then
    insert into public.email_suppressions as known (user_id, email_hash, reason)
    values (new.user_id, private.email_hash(new.email), new.subscription_status)
    on conflict (user_id, email_hash) do update set reason = excluded.reason
      where known.reason <> 'complained';
  else
    delete from public.email_suppressions
     where user_id = new.user_id and email_hash = private.email_hash(new.email);
  end if;
  return null;
end $$;
comment on function private.suppress_contact() is 'Trigger: suppression follows a contact''s status.';
create trigger email_contacts_suppress after insert or update of subscription_status on email_contacts
  for each row execute function private.suppress_contact();

create table email_campaigns (
  id                 uuid primary key default gen_random_uuid(),
  created_by         uuid not null default auth.uid() constraint email_campaigns_of_user
                     references auth.users (id) on delete cascade,
  campaign_id        uuid,
  template_id        uuid,
  name               text not null constraint email_campaigns_name_length
                     check (btrim(name) <> '' and length(name) <= 200),
  subject_line       text,
  preheader          text,
  from_address       text,
  reply_to           text,
  html_content       text,
  plain_text         text,
  recipient_list     jsonb not null default '[]' constraint email_campaigns_recipients_is_array
                     check (jsonb_typeof(recipient_list) = 'array'),
  recipient_segments jsonb not null default '{}' constraint email_campaigns_segments_is_object
                     check (jsonb_typeof(recipient_segments) = 'object'),
  ab_test            jsonb constraint email_campaigns_ab_test_is_object
                     check (jsonb_typeof(ab_test) = 'object'),
  status             text not null default 'draft' constraint email_campaigns_status_known check (status in
                     ('draft', 'scheduled', 'sending', 'paused', 'sent', 'cancelled', 'failed')),
  scheduled_for      timestamptz,
  started_at         timestamptz,
  sent_at            timestamptz,
  to_send            integer not null default 0,
  last_contact_id    uuid,
  max_contact_id     uuid,
  rate_per_minute    integer constraint email_campaigns_rate_positive check (rate_per_minute > 0),
  error_count        integer not null default 0,
  total_sent         integer not null default 0,
  total_delivered    integer not null default 0,
  total_opened       integer not null default 0,
  total_clicked      integer not null default 0,
  total_unsubscribed integer not null default 0,
  total_skipped      integer not null default 0,
  open_rate          numeric generated always as
                     (round(total_opened::numeric / nullif(total_delivered, 0), 4)) stored,
  click_rate         numeric generated always as
                     (round(total_clicked::numeric / nullif(total_delivered, 0), 4)) stored,
  metadata           jsonb not null default '{}' constraint email_campaigns_metadata_is_object
                     check (jsonb_typeof(metadata) = 'object'),
  created_at         timestamptz not null default now(),
  updated_at         timestamptz not null default now(),
  constraint email_campaigns_owned unique (id, created_by),
  constraint email_campaigns_of_own_campaign foreign key (campaign_id, created_by)
    references campaigns (id, created_by) on delete set null (campaign_id),
  constraint email_campaigns_of_own_template foreign key (template_id, created_by)
    references email_templates (id, created_by) on delete restrict,
  constraint email_campaigns_sent_has_time check ((status = 'sent') = (sent_at is not null)),
  constraint email_campaigns_scheduled_has_time check (status <> 'scheduled' or scheduled_for is not null),
  constraint email_campaigns_counts_not_negative check (
    least(to_send, error_count, total_sent, total_delivered, total_opened, total_clicked,
          total_unsubscribed, total_skipped) >= 0)
);
create index email_campaigns_by_status on email_campaigns (created_by, status, created_at desc, id desc);
create index email_campaigns_due on email_campaigns (scheduled_for) where status = 'scheduled';
create index email_campaigns_sending on email_campaigns (updated_at) where status = 'sending';
create index email_campaigns_by_campaign on email_campaigns (campaign_id) where campaign_id is not null;
create index email_campaigns_by_template on email_campaigns (template_id) where template_id is not null;
select private.describe('email_campaigns', $$
  Mails to many.
  created_by: Whose it is.
  campaign_id: The campaign it belongs to.
  template_id: The template it is made from.
  name: What it is called.
  subject_line: The subject.
  preheader: What mailboxes show beside the subject.
  from_address: Who it comes from.
  reply_to: Where answers go.
  html_content: The mail, as it stood when sending began.
  plain_text: The mail without markup, likewise.
  recipient_list: [contact id].
  recipient_segments: {tags, exclude_tags, ...}.
  ab_test: {variants, share, metric}.
  status: draft, scheduled, sending, paused, sent, cancelled or failed.
  scheduled_for: When it is due.
  started_at: When sending began.
  sent_at: When the last mail was sent.
  to_send: How many recipients there are.
  last_contact_id: The last contact a batch reached; sending goes on behind it.
  max_contact_id: The last contact there was when sending began.
  rate_per_minute: Mails a minute at most.
  error_count: Errors so far; too many pause it.
  total_sent: Mails sent.
  total_delivered: Mails that arrived.
  total_opened: Recipients who opened it; machines do not count.
  total_clicked: Recipients who clicked in it.
  total_unsubscribed: Recipients who had enough.
  total_skipped: Recipients who may not be written to.
  open_rate: Opened per delivered; null before any arrived.
  click_rate: Clicked per delivered, likewise.
  metadata: Anything else.
$$);
select private.enrol('email_campaigns', owner => 'created_by', kind => 'STDU', users_may =>
  'select, delete,
   insert (id, created_by, campaign_id, template_id, name, subject_line, preheader, from_address, reply_to,
           html_content, plain_text, recipient_list, recipient_segments, ab_test, scheduled_for,
           rate_per_minute, metadata),
   update (campaign_id, template_id, name, subject_line, preheader, from_address, reply_to, html_content,
           plain_text, recipient_list, recipient_segments, ab_test, status, scheduled_for,
           rate_per_minute, metadata)');
select private.guard_states('email_campaigns', 'status',
  '-> draft',
  'draft -> scheduled, cancelled',
  'scheduled -> sending, draft, cancelled',
  'sending -> paused, sent, cancelled, failed',
  'paused -> sending, cancelled');
select private.stamp_states('email_campaigns', 'status', 'started_at', '{sending}', p_kept => true);
select private.stamp_states('email_campaigns', 'status', 'sent_at', '{sent}');

create table email_automation_rules (
  id                 uuid primary key default gen_random_uuid(),
  created_by         uuid not null default auth.uid() constraint email_automation_rules_of_user
                     references auth.users (id) on delete cascade,
  rule_name          text not null constraint email_automation_rules_name_length
                     check (btrim(rule_name) <> '' and length(rule_name) <= 200),
  trigger_type       text not null constraint email_automation_rules_trigger_known check (trigger_type in
                     ('contact_added', 'tag_added', 'lead_status_changed', 'lead_score_crossed',
                      'email_opened', 'email_clicked', 'date_field', 'webhook')),
  trigger_conditions jsonb not null default '{}' constraint email_automation_rules_conditions_is_object
                     check (jsonb_typeof(trigger_conditions) = 'object'),
  action_type        text not null constraint email_automation_rules_action_known check (action_type in
                     ('send_email', 'add_tag', 'remove_tag', 'update_field', 'create_task', 'call_webhook',
                      'enter_sequence')),
  action_config      jsonb not null default '{}' constraint email_automation_rules_action_is_object
                     check (jsonb_typeof(action_config) = 'object'),
  is_active          boolean not null default true,
  delay              interval not null default '0' constraint email_automation_rules_delay_not_negative
                     check (delay >= '0'),
  once_per_contact   boolean not null default true,
  quiet_hours        jsonb constraint email_automation_rules_quiet_is_object
                     check (jsonb_typeof(quiet_hours) = 'object'),
  last_run_at        timestamptz,
  run_count          integer not null default 0,
  created_at         timestamptz not null default now(),
  updated_at         timestamptz not null default now(),
  constraint email_automation_rules_owned unique (id, created_by)
);
create index email_automation_rules_by_trigger on email_automation_rules (created_by, trigger_type) where is_active;
select private.describe('email_automation_rules', $$
  What is done by itself when something happens.
  created_by: Whose rule it is.
  rule_name: What it is called.
  trigger_type: What sets it off.
  trigger_conditions: What must hold besides.
  action_type: What is done.
  action_config: How it is done: {template_id}, {tag}, ... by action.
  is_active: Whether it is used.
  delay: How long it waits.
  once_per_contact: Whether it happens to a contact only once.
  quiet_hours: {from, to, timezone}: when it waits.
  last_run_at: When it last ran.
  run_count: How often it ran.
$$);
select private.enrol('email_automation_rules', owner => 'created_by', kind => 'STDU', touched_by =>
  'rule_name, trigger_type, trigger_conditions, action_type, action_config, is_active, delay,
   once_per_contact, quiet_hours', users_may =>
  'select, delete,
   insert (id, created_by, rule_name, trigger_type, trigger_conditions, action_type, action_config, is_active,
           delay, once_per_contact, quiet_hours),
   update (rule_name, trigger_type, trigger_conditions, action_type, action_config, is_active, delay,
           once_per_contact, quiet_hours)');

create table email_messages (
  id                  uuid primary key default gen_random_uuid(),
  user_id             uuid not null default auth.uid() constraint email_messages_of_user
                      references auth.users (id) on delete cascade,
  email_campaign_id   uuid,
  rule_id             uuid,
  contact_id          uuid,
  email               text not null,
  status              text not null default 'queued' constraint email_messages_status_known check (status in
                      ('queued', 'sending', 'sent', 'delivered', 'deferred', 'bounced', 'complained',
                       'failed', 'skipped')),
  provider_message_id text constraint email_messages_provider_id_once unique,
  token_hash          text constraint email_messages_token_once unique
                      constraint email_messages_token_is_hash check (token_hash ~ '^[0-9a-f]{64}$'),
  attempts            integer not null default 0,
  sent_at             timestamptz,
  first_opened_at     timestamptz,
  open_count          integer not null default 0,
  machine_open_count  integer not null default 0,
  first_clicked_at    timestamptz,
  click_count         integer not null default 0,
  error_code          text,
  created_at          timestamptz not null default now(),
  updated_at          timestamptz not null default now(),
  constraint email_messages_owned unique (id, user_id),
  constraint email_messages_once unique (email_campaign_id, contact_id),
  constraint email_messages_of_own_campaign foreign key (email_campaign_id, user_id)
    references email_campaigns (id, created_by) on delete cascade,
  constraint email_messages_of_own_rule foreign key (rule_id, user_id)
    references email_automation_rules (id, created_by) on delete set null (rule_id),
  constraint email_messages_of_own_contact foreign key (contact_id, user_id)
    references email_contacts (id, user_id) on delete set null (contact_id),
  constraint email_messages_sent_has_time
    check (status not in ('sent', 'delivered', 'bounced', 'complained') or sent_at is not null)
);
create index email_messages_by_campaign on email_messages (email_campaign_id, status, id)
  where email_campaign_id is not null;
create index email_messages_by_contact on email_messages (contact_id, created_at desc, id desc)
  where contact_id is not null;
create index email_messages_by_rule on email_messages (rule_id) where rule_id is not null;
create index email_messages_waiting on email_messages (created_at) where status in ('queued', 'deferred');
select private.describe('email_messages', $$
  One mail to one recipient.
  email_campaign_id: The mailing it is part of.
  rule_id: The rule that sent it.
  contact_id: Whom it went to; null when they are erased.
  email: Where it went.
  status: queued, sending, sent, delivered, deferred, bounced, complained, failed or skipped.
  provider_message_id: What the provider calls it.
  token_hash: Hash of the token in its links.
  attempts: How often it was tried.
  sent_at: When it was sent.
  first_opened_at: When a person first opened it.
  open_count: How often people opened it.
  machine_open_count: How often machines did.
  first_clicked_at: When it was first clicked in.
  click_count: How often it was clicked in.
  error_code: Why it failed.
$$);
select private.enrol('email_messages', kind => 'STDU', users_may =>
  'select (id, user_id, email_campaign_id, rule_id, contact_id, email, status, attempts, sent_at,
           first_opened_at, open_count, machine_open_count, first_clicked_at, click_count, error_code,
           created_at, updated_at)', export => 'redacted');
select private.guard_states('email_messages', 'status',
  '-> queued, skipped',
  'queued -> sending, skipped, failed',
  'sending -> sent, deferred, failed, bounced',
  'deferred -> sending, failed, skipped',
  'sent -> delivered, deferred, bounced, complained',
  'delivered -> bounced, complained');
select private.stamp_states('email_messages', 'status', 'sent_at', '{sent,delivered,bounced,complained}',
  p_kept => true);

create function private.count_sent() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.email_campaigns set total_sent = total_sent + 1 where id = new.email_campaign_id;
  return null;
end $$;
comment on function private.count_sent() is 'Trigger: a mailing counts the mails that left.';
create trigger email_messages_sent after update of status on email_messages
  for each row when (old.sent_at is null and new.sent_at is not null) execute function private.count_sent();

create table email_links (
  id                uuid primary key default gen_random_uuid(),
  user_id           uuid not null default auth.uid(),
  email_campaign_id uuid not null,
  url               text not null constraint email_links_url_is_web
                    check (url ~ '^https?://' and length(url) <= 4000),
  click_count       bigint not null default 0,
  created_at        timestamptz not null default now(),
  constraint email_links_owned unique (id, user_id),
  constraint email_links_once unique (email_campaign_id, url),
  constraint email_links_of_own_campaign foreign key (email_campaign_id, user_id)
    references email_campaigns (id, created_by) on delete cascade
);
select private.describe('email_links', $$
  Links of a mailing, counted when followed.
  email_campaign_id: The mailing.
  url: Where it leads.
  click_count: How often it was followed.
$$);
select private.enrol('email_links', erase => 'cascade');

create table email_events (
  id          uuid primary key default gen_random_uuid(),
  user_id     uuid not null default auth.uid(),
  message_id  uuid not null,
  contact_id  uuid,
  link_id     uuid,
  event_type  text not null constraint email_events_type_known check (event_type in
              ('delivered', 'open', 'click', 'bounce_soft', 'bounce_hard', 'complaint', 'unsubscribe')),
  is_machine  boolean not null default false,
  provider_id text,
  ip_address  inet,
  user_agent  text constraint email_events_user_agent_short check (length(user_agent) <= 1000),
  occurred_at timestamptz not null default now(),
  created_at  timestamptz not null default now(),
  constraint email_events_once unique (user_id, provider_id),
  constraint email_events_of_own_message foreign key (message_id, user_id)
    references email_messages (id, user_id) on delete cascade,
  constraint email_events_of_own_link foreign key (link_id, user_id)
    references email_links (id, user_id) on delete cascade
);
create index email_events_by_message on email_events (message_id, occurred_at);
create index email_events_by_contact on email_events (contact_id, occurred_at desc) where contact_id is not null;
create index email_events_by_link on email_events (link_id) where link_id is not null;
select private.describe('email_events', $$
  What became of mails.
  message_id: The mail.
  contact_id: Whom it went to, who may be gone by now.
  link_id: The link followed.
  event_type: delivered, open, click, bounce_soft, bounce_hard, complaint or unsubscribe.
  is_machine: Done by a prefetcher or a scanner, not by a person.
  provider_id: What the provider calls it; the same is noted once.
  ip_address: Where from; null when unknown.
  user_agent: What it called itself.
  occurred_at: When it happened.
$$);
select private.enrol('email_events', kind => 'LOG', retention => '730 days', erase => 'cascade');

-- Every count goes up by one where it happened, however many happen at once. A person's first open
-- and first click count for the mailing; the others for the mail alone.
create function private.count_event() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  message public.email_messages;
  v_first boolean;
begin
  select * into strict message from public.email_messages where id = new.message_id for no key update;
  v_first := case new.event_type
    when 'open' then message.first_opened_at is null and not new.is_machine
    when 'click' then message.first_clicked_at is null and not new.is_machine
    when 'delivered' then message.status in ('sent', 'deferred')
    else true end;
  update public.email_messages
     set open_count = open_count + (new.event_type = 'open' and not new.is_machine)::int,
         machine_open_count = machine_open_count + (new.event_type = 'open' and new.is_machine)::int,
         click_count = click_count + (new.event_type = 'click' and not new.is_machine)::int,
         first_opened_at = case when new.event_type = 'open' and v_first then new.occurred_at
                                else first_opened_at end,
         first_clicked_at = case when new.event_type = 'click' and v_first then new.occurred_at
                                 else first_clicked_at end,
         status = case when new.event_type = 'delivered' and status = 'sent' then 'delivered'
                       when new.event_type = 'bounce_hard' and status in ('sent', 'delivered') then 'bounced'
                       when new.event_type = 'complaint' and status in ('sent', 'delivered') then 'complained'
                       else status end
   where id = new.message_id;
  update public.email_links set click_count = click_count + 1
   where id = new.link_id and new.event_type = 'click' and not new.is_machine;
  update public.email_campaigns
     set total_delivered = total_delivered + (new.event_type = 'delivered')::int,
         total_opened = total_opened + (new.event_type = 'open')::int,
         total_clicked = total_clicked + (new.event_type = 'click')::int,
         total_unsubscribed = total_unsubscribed + (new.event_type = 'unsubscribe')::int
   where id = message.email_campaign_id and v_first
     and new.event_type in ('delivered', 'open', 'click', 'unsubscribe');
  update public.email_contacts
     set bounce_count = bounce_count + (new.event_type like 'bounce%')::int,
         last_activity = case when new.event_type in ('open', 'click') and not new.is_machine
                              then greatest(last_activity, new.occurred_at) else last_activity end,
         subscription_status = case
           when new.event_type = 'complaint' and subscription_status <> 'bounced' then 'complained'
           when new.event_type = 'bounce_hard' and subscription_status in ('unconfirmed', 'subscribed')
             then 'bounced'
           when new.event_type = 'unsubscribe' and subscription_status in ('unconfirmed', 'subscribed', 'bounced')
             then 'unsubscribed'
           else subscription_status end
   where id = message.contact_id;
  return null;
end $$;
comment on function private.count_event() is
  'Trigger: counts by increment; hard bounces, complaints and unsubscribing end a subscription.';
create trigger email_events_counted after insert on email_events
  for each row execute function private.count_event();

create table email_automation_runs (
  id         uuid primary key default gen_random_uuid(),
  user_id    uuid not null default auth.uid(),
  rule_id    uuid not null,
  contact_id uuid not null,
  occurrence text not null default 'once',
  status     text not null default 'waiting' constraint email_automation_runs_status_known
             check (status in ('waiting', 'running', 'done', 'failed', 'skipped')),
  due_at     timestamptz not null default now(),
  attempts   integer not null default 0,
  error_code text,
  done_at    timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint email_automation_runs_once unique (rule_id, contact_id, occurrence),
  constraint email_automation_runs_of_own_rule foreign key (rule_id, user_id)
    references email_automation_rules (id, created_by) on delete cascade,
  constraint email_automation_runs_of_own_contact foreign key (contact_id, user_id)
    references email_contacts (id, user_id) on delete cascade,
  constraint email_automation_runs_done_has_time check ((status in ('done', 'skipped')) = (done_at is not null))
);
create index email_automation_runs_due on email_automation_runs (due_at) where status = 'waiting';
create index email_automation_runs_by_contact on email_automation_runs (contact_id);
select private.describe('email_automation_runs', $$
  One rule happening to one contact, once for each occurrence.
  rule_id: The rule.
  contact_id: The contact.
  occurrence: What set it off; once for rules that happen only once.
  status: waiting, running, done, failed or skipped.
  due_at: When it is due.
  attempts: How often it was tried.
  error_code: Why it failed.
  done_at: When it was done or skipped.
$$);
select private.enrol('email_automation_runs', kind => 'STDU', erase => 'cascade');
select private.guard_states('email_automation_runs', 'status',
  '-> waiting',
  'waiting -> running, skipped',
  'running -> done, failed, skipped, waiting',
  'failed -> waiting');
select private.stamp_states('email_automation_runs', 'status', 'done_at', '{done,skipped}');

-- A batch: the next contacts behind the checkpoint, one row each, those who may not be written to
-- marked skipped. The checkpoint moves in the same statement, so a crash repeats nobody.
create function email_campaign_batch(p_campaign_id uuid, p_limit int = 500) returns integer
language plpgsql set search_path = '' as $$
declare
  mailing public.email_campaigns;
  v_page public.email_contacts[];
begin
  select * into mailing from public.email_campaigns where id = p_campaign_id for update;
  if not found or mailing.status <> 'sending' then
    return 0;
  end if;
  v_page := array(
    select c from public.email_contacts c
     where c.user_id = mailing.created_by
       and (mailing.last_contact_id is null or c.id > mailing.last_contact_id)
       and (mailing.max_contact_id is null or c.id <= mailing.max_contact_id)
       and (mailing.recipient_list = '[]' or mailing.recipient_list ? c.id::text)
       and (not mailing.recipient_segments ? 'tags' or c.tags && array(
             select jsonb_array_elements_text(mailing.recipient_segments -> 'tags')))
     order by c.id limit p_limit);
  if cardinality(v_page) = 0 then
    return 0;
  end if;
  insert into public.email_messages (user_id, email_campaign_id, contact_id, email, status, error_code)
  select c.user_id, p_campaign_id, c.id, c.email,
         case when c.subscribed and s.id is null then 'queued' else 'skipped' end,
         case when not c.subscribed then c.subscription_status else s.reason end
    from unnest(v_page) c
    left join public.email_suppressions s
      on s.user_id = c.user_id and s.email_hash = private.email_hash(c.email)
  on conflict (email_campaign_id, contact_id) do nothing;
  update public.email_campaigns
     set last_contact_id = v_page[cardinality(v_page)].id,
         total_skipped = total_skipped + (
           select count(*) from public.email_messages
            where email_campaign_id = p_campaign_id and status = 'skipped'
              and contact_id = any (array(select id from unnest(v_page))))
   where id = p_campaign_id;
  return cardinality(v_page);
end $$;
comment on function email_campaign_batch(uuid, int) is
  'Queue a mailing''s next recipients behind its checkpoint. Answers how many; 0 when none is left.';
select private.allow('email_campaign_batch(uuid, int)', 'service_role');

create function email_campaigns_tend(p_now timestamptz = clock_timestamp()) returns setof uuid
language sql set search_path = '' as $$
  update public.email_campaigns m
     set status = 'sending',
         max_contact_id = (select id from public.email_contacts
                            where user_id = m.created_by order by id desc limit 1),
         html_content = coalesce(m.html_content, t.html_content),
         plain_text = coalesce(m.plain_text, t.plain_text),
         subject_line = coalesce(m.subject_line, t.subject_line)
    from public.email_campaigns due left join public.email_templates t on t.id = due.template_id
   where m.id = due.id and due.status = 'scheduled' and due.scheduled_for <= p_now
     and m.status = 'scheduled'
  returning m.id
$$;
comment on function email_campaigns_tend(timestamptz) is
  'Begin sending the mailings that are due, with their text as it stands now. Answers which.';
select private.allow('email_campaigns_tend(timestamptz)', 'service_role');

-- Counting and suppressing are the house's, whoever caused them.
grant create on schema private to service_role;
alter function private.tidy_contact() owner to service_role;
alter function private.suppress_contact() owner to service_role;
alter function private.count_sent() owner to service_role;
alter function private.count_event() owner to service_role;
revoke create on schema private from service_role;
