-- Research days: how often the context cache was asked, what it answered and what that saved.

create table research_days (
  user_id   uuid not null default auth.uid() constraint research_days_of_user
            references auth.users (id) on delete cascade,
  day       date not null,
  outcome   text not null constraint research_days_outcome_known
            check (outcome in ('hit', 'miss', 'stale', 'coalesced', 'bypass')),
  lookups   bigint not null default 0 constraint research_days_lookups_not_negative
            check (lookups >= 0),
  saved_usd numeric(12, 4) not null default 0,
  primary key (user_id, day, outcome)
);
select private.describe('research_days', $$
  How often a user's research cache was asked on a day, by what it answered.
  day: The day, in UTC.
  outcome: hit, miss, stale, coalesced or bypass.
  lookups: How often.
  saved_usd: What was not paid again, in dollars.
$$);
select private.enrol('research_days', by_owner => null);
