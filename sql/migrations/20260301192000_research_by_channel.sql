-- Research by channel: for which channel the context cache was asked, so that each has its hit rate.

alter table research_days
  add column channel_id text not null default 'none',
  drop constraint research_days_pkey;
alter table research_days add primary key (user_id, day, outcome, channel_id);
comment on column research_days.channel_id is 'The channel that it was for; none without one.';
