-- A step's result is forgotten when its run goes back to a stage before it, and it is done anew.

comment on column private.step_results.state is
  'claimed until the result is known, and again when it is forgotten, then done.';
comment on column private.step_results.result is
  'What the step answered; one that is done anew has its last answer until there is another.';
