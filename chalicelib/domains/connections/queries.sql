-- channel --
-- A channel of the asking user, held.
select id, youtube_channel_id from channels where id = %(id)s and user_id = auth.uid() for no key update;

-- begin --
-- A sign-in under way; its state is good for one answer.
insert into oauth_states (id, state_token, platform_name, redirect_uri, code_verifier_encrypted, channel_id)
values (%(id)s, %(state)s, %(platform)s, %(redirect_uri)s, %(verifier)s, %(channel_id)s);

-- consume --
-- Take the answer to a sign-in of the asking user, once and in time.
update oauth_states set consumed_at = clock_timestamp()
 where state_token = %(state)s and platform_name = %(platform)s and user_id = auth.uid()
   and consumed_at is null and expires_at > clock_timestamp()
returning id, code_verifier_encrypted, channel_id;

-- account --
-- The row of an account, locked: a new one holds no tokens yet.
insert into oauth_connections (platform_name, platform_user_id, access_token_encrypted, refresh_model)
values (%(platform)s, %(account)s, '', 'static')
on conflict on constraint oauth_connections_account_once do update set updated_at = clock_timestamp()
returning id;

-- keep --
-- The tokens and the name of an account that was connected.
update oauth_connections
   set platform_username = %(name)s, access_token_encrypted = %(access)s,
       refresh_token_encrypted = %(refresh)s, token_expires_at = %(expires_at)s, scopes = %(scopes)s,
       connection_status = 'connected', last_refresh_at = clock_timestamp(), last_refresh_error = null,
       refresh_attempts = 0
 where id = %(id)s;

-- show --
-- How the account is presented among the user's social accounts.
insert into social_platform_connections (oauth_connection_id, platform_name, display_name, account_type, can_publish)
values (%(id)s, %(platform)s, %(name)s, 'creator', true)
on conflict (oauth_connection_id) do update set can_publish = true;

-- link --
-- A channel publishes with an account.
update channels set oauth_connection_id = %(connection_id)s, youtube_channel_id = %(account)s
 where id = %(id)s;

-- connections --
-- The user's accounts with the channels that use them, newest first; with an id, that one.
select o.id, o.platform_name, o.platform_user_id, o.platform_username, o.connection_status, o.scopes,
       o.token_expires_at, o.last_refresh_at, o.last_refresh_error, o.created_at, o.updated_at,
       array(select c.id from channels c where c.oauth_connection_id = o.id and c.user_id = o.user_id
              order by c.created_at, c.id) as channels
  from oauth_connections o
 where o.user_id = auth.uid() and (%(id)s::uuid is null or o.id = %(id)s)
   and (%(after)s::timestamptz is null
        or (o.created_at, o.id) < (%(after)s::timestamptz, %(after_id)s::uuid))
 order by o.created_at desc, o.id desc limit %(limit)s;

-- hold --
-- An account's tokens, locked: one worker renews them, the others find them renewed.
select id, access_token_encrypted, refresh_token_encrypted, connection_status,
       token_expires_at > %(until)s as fresh, token_expires_at is null as lasting
  from oauth_connections where id = %(id)s and user_id = auth.uid() for no key update;

-- renew --
-- A new access token; the refresh token stays unless there is a new one.
update oauth_connections
   set access_token_encrypted = %(access)s, token_expires_at = %(expires_at)s,
       refresh_token_encrypted = coalesce(%(refresh)s, refresh_token_encrypted),
       connection_status = 'connected', last_refresh_at = clock_timestamp(), last_refresh_error = null,
       refresh_attempts = 0
 where id = %(id)s;

-- refused --
-- The owner has withdrawn consent: nothing but connecting again helps.
update oauth_connections
   set connection_status = 'revoked', last_refresh_error = %(why)s,
       refresh_attempts = refresh_attempts + 1, refresh_exhausted_at = clock_timestamp()
 where id = %(id)s;

-- delete --
-- Forget an account with its tokens.
delete from oauth_connections where id = %(id)s and user_id = auth.uid();
