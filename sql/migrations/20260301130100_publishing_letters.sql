-- Publishing letters: who wants to be told of it is told by mail as well.

update private.event_kinds set preference = 'published', letter = 'wanted'
 where event_type in ('album.published', 'album.unpublished');
