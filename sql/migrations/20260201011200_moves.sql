-- Moves: the status columns that stood before the guard come under it too.

-- An answer that comes after a delivery was called off is noted all the same: it was sent.
select private.guard_states('webhook_deliveries', 'status',
  'pending    -> delivering, exhausted, cancelled',
  'delivering -> succeeded, failed, pending, exhausted, cancelled',
  'cancelled  -> delivering, succeeded, failed');

select private.guard_states('uploads', 'state', 'pending -> ready, refused, expired');

select private.guard_states('scripts', 'status',
  'draft    -> approved, rejected',
  'approved -> draft, rejected',
  'rejected -> draft');

select private.guard_states('metadata_experiments', 'status',
  'draft        -> running',
  'running      -> stopped, decided, inconclusive',
  'stopped      -> running, decided, inconclusive',
  'inconclusive -> running');
select private.stamp_states('metadata_experiments', 'status', 'decided_at', '{decided,inconclusive}');
