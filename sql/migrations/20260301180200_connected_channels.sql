-- Connected channels: one that publishes with an account is that account's channel, and no other.

create function private.keep_connected_channel() returns trigger
language plpgsql set search_path = '' as $$
begin
  raise exception 'the channel is connected to %, and is no other', old.youtube_channel_id
    using errcode = '55000', hint = 'Give the connection back first.';
end $$;
comment on function private.keep_connected_channel() is
  'Trigger: a channel that is connected to an account stays the one it is there.';
create trigger channels_stay_connected before update of youtube_channel_id on channels for each row
  when (old.oauth_connection_id is not null and new.oauth_connection_id = old.oauth_connection_id
        and new.youtube_channel_id is distinct from old.youtube_channel_id)
  execute function private.keep_connected_channel();
